//! Tasks on real threads, with jobs that follow a script.

use std::time::Duration;

use super::*;
use crate::runtime::testing::{soon, Script};

fn spawn(script: Script) -> TaskHandle {
    spawn_after(script, EarlierRuns::none())
}

fn spawn_after(script: Script, earlier: EarlierRuns) -> TaskHandle {
    spawn_job(Box::new(script), earlier)
}

fn spawn_job(job: Box<dyn TaskJob>, earlier: EarlierRuns) -> TaskHandle {
    let (id, counters) = (TaskId::new("c", 0), Arc::default());
    TaskHandle::spawn(id, job, Desired::Running, &counters, earlier).unwrap()
}

/// An abandoned run that ends once the gate opens.
fn abandoned() -> (watch::Sender<bool>, TaskEnd) {
    let (gate, closed) = watch::channel(false);
    let task = spawn(Script::Gated(closed));
    match block(task.stop(Instant::now())) {
        StopOutcome::Abandoned(end) => (gate, end),
        StopOutcome::Ended => panic!("the task stopped"),
    }
}

async fn ended(task: &TaskHandle) {
    TaskEnd { phase: task.phase.clone() }.wait().await;
}

fn block<T>(future: impl std::future::Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn runs_until_it_is_stopped() {
    let task = spawn(Script::Obedient);
    assert_eq!(task.report().state, State::Running);
    assert!(matches!(block(task.stop(soon())), StopOutcome::Ended));
    assert_eq!(task.report().state, State::Unassigned);
    assert_eq!(task.report().trace, None);
}

#[test]
fn a_panic_is_a_failure_whose_trace_begins_with_the_cause() {
    let task = spawn(Script::Panic("wheel came off"));
    block(ended(&task));
    let report = task.report();
    assert_eq!(report.state, State::Failed);
    assert_eq!(
        report.trace.unwrap().lines().next().unwrap(),
        "org.apache.kafka.connect.errors.ConnectException: internal error: wheel came off"
    );
}

#[test]
fn returning_without_being_asked_is_a_failure() {
    let task = spawn(Script::Return);
    block(ended(&task));
    assert_eq!(task.report().state, State::Failed);
    assert!(task.report().trace.unwrap().contains("nobody stopped it"));
}

#[test]
fn a_failed_task_stays_failed_when_it_is_paused_or_stopped() {
    let task = spawn(Script::Fail("refused"));
    block(ended(&task));
    task.set_desired(Desired::Paused);
    assert_eq!(task.report().state, State::Failed);
    assert!(matches!(block(task.stop(soon())), StopOutcome::Ended));
    assert_eq!(task.report().state, State::Failed);
}

#[test]
fn detail_names_what_is_away_while_the_task_runs_and_not_after_its_end() {
    let task = spawn(Script::NeverEnds);
    task.health.set_detail(Some("MQTT broker away"));
    assert_eq!(task.report().detail.as_deref(), Some("MQTT broker away"));
    task.health.set_detail(None);
    assert_eq!(task.report().detail, None);
    let task = spawn(Script::Return);
    task.health.set_detail(Some("MQTT broker away"));
    block(ended(&task));
    assert_eq!(task.report().detail, None);
}

/// Leaves a thread behind that hangs, as a name lookup may.
struct Lookup(std::sync::mpsc::Receiver<()>);

impl TaskJob for Lookup {
    fn run(self: Box<Self>, mut context: TaskContext) -> crate::runtime::plugins::TaskFuture {
        Box::pin(async move {
            let (started, hangs) = tokio::sync::oneshot::channel();
            drop(tokio::task::spawn_blocking(move || {
                let _ = started.send(());
                let _ = self.0.recv();
            }));
            let _ = hangs.await;
            let _ = context.desired.wait_for(|d| *d == Desired::Stopped).await;
            Ok(())
        })
    }
}

#[test]
fn a_name_lookup_that_hangs_does_not_delay_a_stop() {
    let (answer, lookup) = std::sync::mpsc::sync_channel(1);
    let job = Box::new(Lookup(lookup));
    let task = spawn_job(job, EarlierRuns::none());
    assert!(matches!(block(task.stop(soon())), StopOutcome::Ended));
    drop(answer);
}

#[test]
fn a_task_that_does_not_stop_is_abandoned_at_the_deadline() {
    let task = spawn(Script::NeverEnds);
    let outcome = block(async {
        tokio::time::pause();
        task.stop(Instant::now() + Duration::from_secs(5)).await
    });
    assert!(matches!(outcome, StopOutcome::Abandoned(_)));
}

#[test]
fn a_run_waits_for_the_end_of_an_earlier_one_and_status_says_so() {
    let (gate, end) = abandoned();
    let earlier = EarlierRuns { ends: vec![end], patience: Duration::from_secs(20) };
    let task = spawn_after(Script::Return, earlier);
    let report = task.report();
    assert_eq!((report.state, report.trace), (State::Restarting, None));
    assert!(report.detail.unwrap().starts_with("waits for the end of its earlier run"));
    let _ = gate.send(true);
    block(ended(&task));
    assert!(task.report().trace.unwrap().contains("nobody stopped it"), "the job ran");
}

#[test]
fn a_run_that_waits_for_an_earlier_one_stops_at_once() {
    let (_gate, end) = abandoned();
    let earlier = EarlierRuns { ends: vec![end], patience: Duration::from_secs(20) };
    let task = spawn_after(Script::Panic("must not run"), earlier);
    assert!(matches!(block(task.stop(soon())), StopOutcome::Ended));
    assert_eq!(task.report().state, State::Unassigned);
}

#[test]
fn a_run_fails_when_the_earlier_one_does_not_end_and_its_job_never_runs() {
    let (_gate, end) = abandoned();
    let earlier = EarlierRuns { ends: vec![end], patience: Duration::from_millis(1) };
    let task = spawn_after(Script::Panic("must not run"), earlier);
    block(ended(&task));
    let report = task.report();
    assert_eq!(report.state, State::Failed);
    let trace = report.trace.unwrap();
    assert!(
        trace.starts_with(
            "org.apache.kafka.connect.errors.ConnectException: the earlier run of this task did \
             not stop within task.shutdown.graceful.timeout.ms"
        ),
        "{trace}"
    );
}

#[test]
fn an_earlier_run_that_has_ended_delays_nothing() {
    let (gate, mut end) = abandoned();
    let _ = gate.send(true);
    block(end.wait());
    let task = spawn_after(
        Script::Obedient,
        EarlierRuns { ends: vec![end], patience: Duration::from_millis(1) },
    );
    assert_eq!(task.report().state, State::Running);
    assert!(matches!(block(task.stop(soon())), StopOutcome::Ended));
}
