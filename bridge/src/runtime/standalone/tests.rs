//! The standalone herder's behaviour, with fake tasks on real threads.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::*;
use crate::observe::logs::{Capture, LogFormat};
use crate::runtime::model::State;
use crate::runtime::testing::{a_moment, soon, FakePlugins, Script, CLASS};

const GRACE: Duration = Duration::from_millis(400);

fn herder(plugins: &FakePlugins) -> StandaloneHerder {
    let settings = WorkerSettings { worker_id: "h:8083".into(), shutdown_grace: GRACE };
    let unknown = ClusterId::new(std::sync::Arc::new(|| None));
    let herder =
        StandaloneHerder::new(Box::new(plugins.clone()), Stores::in_memory(), settings, unknown);
    herder.set_ready();
    herder
}

fn config(pairs: &[(&str, &str)]) -> SubmittedConfig {
    let class = [("connector.class", CLASS)];
    class.iter().chain(pairs).map(|(k, v)| ((*k).into(), Some((*v).into()))).collect()
}

async fn create(herder: &StandaloneHerder, name: &str) -> Result<PutOutcome, HerderError> {
    let initial_state = TargetState::Started;
    let request = CreateRequest { name: name.into(), config: config(&[]), initial_state };
    herder.create(request).await
}

/// Connector state, task states: `RUNNING [FAILED]`.
async fn states(herder: &StandaloneHerder, name: &str) -> String {
    let status = herder.connector_status(name).await.unwrap();
    for task in &status.tasks {
        assert_eq!(task.trace.is_some(), task.state == State::Failed, "{task:?}");
    }
    let connector = &status.connector;
    assert_eq!(connector.trace.is_some(), connector.state == State::Failed, "{connector:?}");
    let tasks: Vec<_> = status.tasks.iter().map(|task| task.state.as_str()).collect();
    format!("{} [{}]", connector.state, tasks.join(" "))
}

/// Waits until the states are these.
async fn becomes(herder: &StandaloneHerder, name: &str, wanted: &str) {
    let deadline = soon();
    loop {
        let seen = states(herder, name).await;
        if seen == wanted {
            return;
        }
        assert!(Instant::now() < deadline, "{seen} did not become {wanted}");
        a_moment().await;
    }
}

#[tokio::test]
async fn a_created_connector_runs_with_its_config_as_given() {
    let herder = herder(&FakePlugins::default());
    let put = create(&herder, "c").await.unwrap();
    assert!(put.created);
    assert_eq!(put.info.tasks, [TaskId::new("c", 0)]);
    assert_eq!(put.info.config.get("name").unwrap(), "c");
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
    assert_eq!(herder.connectors().await.unwrap(), ["c"]);
    assert_eq!(create(&herder, "c").await, Err(HerderError::AlreadyExists("c".into())));
}

#[tokio::test]
async fn an_invalid_config_creates_nothing() {
    let plugins = FakePlugins::default();
    let herder = herder(&plugins);
    let bad = CreateRequest {
        name: "c".into(),
        config: config(&[("bad", "1")]),
        initial_state: TargetState::Started,
    };
    let error = herder.create(bad).await.unwrap_err();
    assert_eq!(error.http_status(), 400);
    assert!(error.to_string().contains("contains the following 1 error(s):\nInvalid value 1"));
    *plugins.compile_error.lock().unwrap() = Some("no worker id".into());
    let error = create(&herder, "c").await.unwrap_err();
    assert_eq!((error.http_status(), error.to_string()), (400, "no worker id".to_owned()));
    assert!(herder.connectors().await.unwrap().is_empty());
    assert!(plugins.started.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_task_that_panics_is_failed_at_once_and_health_names_it() {
    let herder = herder(&FakePlugins::with([Script::Panic("oops")]));
    create(&herder, "c").await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    let WorkerHealth::Ready { problems } = herder.health().await.unwrap() else { panic!() };
    assert_eq!(
        problems,
        ["task c-0 is FAILED: org.apache.kafka.connect.errors.ConnectException: internal error: \
          oops"]
    );
}

#[tokio::test]
async fn pause_resume_and_stop_go_through_their_states() {
    let herder = herder(&FakePlugins::default());
    create(&herder, "c").await.unwrap();
    herder.set_target("c", TargetState::Paused).await.unwrap();
    assert_eq!(states(&herder, "c").await, "PAUSED [PAUSED]");
    herder.set_target("c", TargetState::Started).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
    herder.set_target("c", TargetState::Stopped).await.unwrap();
    assert_eq!(states(&herder, "c").await, "STOPPED []");
    herder.set_target("c", TargetState::Started).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
    for target in [TargetState::Started, TargetState::Paused, TargetState::Stopped] {
        let error = herder.set_target("d", target).await.unwrap_err();
        assert_eq!(error.to_string(), "Unknown connector d");
    }
}

#[tokio::test]
async fn a_failed_task_stays_failed_when_its_connector_is_paused_and_resumed() {
    let herder = herder(&FakePlugins::with([Script::Fail("x")]));
    create(&herder, "c").await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    herder.set_target("c", TargetState::Paused).await.unwrap();
    assert_eq!(states(&herder, "c").await, "PAUSED [FAILED]");
    herder.set_target("c", TargetState::Started).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [FAILED]");
}

#[tokio::test]
async fn replacing_keeps_the_target_state_and_starts_from_the_new_config() {
    let plugins = FakePlugins::default();
    let herder = herder(&plugins);
    create(&herder, "c").await.unwrap();
    herder.set_target("c", TargetState::Paused).await.unwrap();
    let put = herder.put_config("c", config(&[("k", "2")])).await.unwrap();
    assert!(!put.created);
    assert_eq!(put.info.config.get("k").unwrap(), "2");
    assert_eq!(states(&herder, "c").await, "PAUSED [PAUSED]");
    assert!(herder.put_config("new", config(&[])).await.unwrap().created);
}

#[tokio::test]
async fn the_same_config_again_leaves_the_tasks_alone() {
    let herder = herder(&FakePlugins::with([Script::Fail("x")]));
    create(&herder, "c").await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    herder.put_config("c", config(&[])).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [FAILED]");
    herder.put_config("c", config(&[("k", "1")])).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
}

#[tokio::test]
async fn a_refused_replacement_leaves_the_old_one_running() {
    let herder = herder(&FakePlugins::default());
    create(&herder, "c").await.unwrap();
    assert!(herder.put_config("c", config(&[("bad", "1")])).await.is_err());
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
    assert!(!herder.connector_config("c").await.unwrap().contains_key("bad"));
}

#[tokio::test]
async fn a_patch_changes_adds_and_removes_keys() {
    let herder = herder(&FakePlugins::default());
    herder.put_config("c", config(&[("a", "1"), ("b", "2")])).await.unwrap();
    let patch = [("a".to_owned(), None), ("b".to_owned(), Some("3".to_owned()))].into();
    let info = herder.patch_config("c", patch).await.unwrap().info;
    assert_eq!(info.config.get("a"), None);
    assert_eq!(info.config.get("b").unwrap(), "3");
    let error = herder.patch_config("d", SubmittedConfig::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "Connector d not found");
}

#[tokio::test]
async fn a_slow_stop_blocks_neither_status_nor_other_connectors() {
    let (gate, closed) = watch::channel(false);
    let herder = herder(&FakePlugins::with([Script::Gated(closed)]));
    create(&herder, "slow").await.unwrap();
    let mut deleting = herder.delete("slow");
    assert!(futures_pending(&mut deleting).await);
    assert_eq!(states(&herder, "slow").await, "RUNNING [RUNNING]");
    create(&herder, "other").await.unwrap();
    let _ = gate.send(true);
    deleting.await.unwrap();
    let gone = herder.connector_status("slow").await.unwrap_err();
    assert_eq!(gone.to_string(), "No status found for connector slow");
    let again = herder.delete("slow").await.unwrap_err();
    assert_eq!(again.to_string(), "Connector slow not found");
}

/// Whether a future is still pending after a while.
async fn futures_pending<T>(answer: &mut Answer<'_, T>) -> bool {
    tokio::time::timeout(Duration::from_millis(20), answer).await.is_err()
}

#[tokio::test]
async fn a_client_that_disconnects_leaves_nothing_half_done() {
    let (gate, closed) = watch::channel(false);
    let plugins = FakePlugins::with([Script::Gated(closed)]);
    let herder = herder(&plugins);
    create(&herder, "c").await.unwrap();
    drop(herder.put_config("c", config(&[("k", "1")])));
    let _ = gate.send(true);
    // The next operation waits for the lock of the one whose future was dropped.
    herder.set_target("c", TargetState::Paused).await.unwrap();
    assert_eq!(herder.connector_config("c").await.unwrap().get("k").unwrap(), "1");
    assert_eq!(states(&herder, "c").await, "PAUSED [PAUSED]");
}

#[tokio::test]
async fn a_task_that_does_not_stop_is_abandoned_after_the_grace() {
    let herder = herder(&FakePlugins::with([Script::NeverEnds]));
    create(&herder, "c").await.unwrap();
    let began = Instant::now();
    herder.delete("c").await.unwrap();
    assert!(began.elapsed() >= GRACE);
    assert!(herder.connectors().await.unwrap().is_empty());
}

/// What a user may do to a task that does not stop: its next run must not share its session.
#[tokio::test]
async fn the_next_run_of_a_task_that_hangs_waits_for_its_end_whatever_starts_it() {
    enum Start {
        RestartTask,
        RestartConnector,
        Replace,
        StopAndResume,
        DeleteAndCreate,
    }
    use Start::{DeleteAndCreate, Replace, RestartConnector, RestartTask, StopAndResume};
    for start in [RestartTask, RestartConnector, Replace, StopAndResume, DeleteAndCreate] {
        let (gate, closed) = watch::channel(false);
        let plugins = FakePlugins::with([Script::Gated(closed), Script::Away("second run")]);
        let herder = herder(&plugins);
        create(&herder, "c").await.unwrap();
        let all = RestartScope { include_tasks: true, only_failed: false };
        match start {
            RestartTask => herder.restart_task(TaskId::new("c", 0)).await.unwrap(),
            RestartConnector => drop(herder.restart("c", all).await.unwrap()),
            Replace => drop(herder.put_config("c", config(&[("k", "1")])).await.unwrap()),
            StopAndResume => {
                herder.set_target("c", TargetState::Stopped).await.unwrap();
                herder.set_target("c", TargetState::Started).await.unwrap();
            }
            DeleteAndCreate => {
                herder.delete("c").await.unwrap();
                create(&herder, "c").await.unwrap();
            }
        }
        assert_eq!(states(&herder, "c").await, "RUNNING [RESTARTING]");
        let WorkerHealth::Ready { problems } = herder.health().await.unwrap() else { panic!() };
        assert!(problems[0].starts_with("task c-0: waits for the end of its earlier run"));
        let _ = gate.send(true);
        becomes(&herder, "c", "RUNNING [RUNNING]").await;
    }
}

#[tokio::test]
async fn a_run_that_waits_for_a_task_that_hangs_is_deleted_at_once() {
    let herder = herder(&FakePlugins::with([Script::NeverEnds]));
    create(&herder, "c").await.unwrap();
    herder.restart_task(TaskId::new("c", 0)).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [RESTARTING]");
    let began = Instant::now();
    herder.delete("c").await.unwrap();
    assert!(began.elapsed() < GRACE, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_plain_restart_compiles_again_and_leaves_tasks_alone() {
    let plugins = FakePlugins::with([Script::Fail("x")]);
    let herder = herder(&plugins);
    create(&herder, "c").await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    herder.restart_connector("c").await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [FAILED]");
    *plugins.compile_error.lock().unwrap() = Some("file is gone".into());
    herder.restart_connector("c").await.unwrap();
    assert_eq!(states(&herder, "c").await, "FAILED [FAILED]");
    *plugins.compile_error.lock().unwrap() = None;
    herder.restart_connector("c").await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [FAILED]");
    let error = herder.restart_connector("d").await.unwrap_err();
    assert_eq!(error.to_string(), "Connector d not found");
}

#[tokio::test]
async fn a_restart_with_tasks_answers_with_its_plan() {
    let herder = herder(&FakePlugins::with([Script::Fail("x")]));
    create(&herder, "c").await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    let scope = RestartScope { include_tasks: true, only_failed: true };
    let plan = herder.restart("c", scope).await.unwrap();
    assert_eq!(plan.connector.state, State::Running);
    assert_eq!(plan.tasks[0].state, State::Restarting);
    assert_eq!(plan.tasks[0].trace, None);
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
    let error = herder.restart("d", scope).await.unwrap_err();
    assert_eq!(error.to_string(), "Unknown connector: d");
}

#[tokio::test]
async fn a_task_is_restarting_while_its_old_run_stops() {
    let (gate, closed) = watch::channel(false);
    let herder = herder(&FakePlugins::with([Script::Gated(closed)]));
    create(&herder, "c").await.unwrap();
    let mut restart = herder.restart("c", RestartScope { include_tasks: true, only_failed: false });
    assert!(futures_pending(&mut restart).await);
    assert_eq!(states(&herder, "c").await, "RESTARTING [RESTARTING]");
    let _ = gate.send(true);
    restart.await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
}

#[tokio::test]
async fn a_task_restarts_alone_and_fails_if_it_cannot_come_back() {
    let plugins = FakePlugins::with([Script::Fail("x")]);
    let herder = herder(&plugins);
    create(&herder, "c").await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    herder.restart_task(TaskId::new("c", 0)).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [RUNNING]");
    *plugins.compile_error.lock().unwrap() = Some("file is gone".into());
    herder.restart_task(TaskId::new("c", 0)).await.unwrap();
    assert_eq!(states(&herder, "c").await, "RUNNING [FAILED]");
    let missing = herder.restart_task(TaskId::new("c", 9)).await.unwrap_err();
    assert_eq!(missing.to_string(), "Task c-9 not found");
}

#[tokio::test]
async fn status_has_a_detail_while_a_broker_is_away() {
    let herder = herder(&FakePlugins::with([Script::Away("MQTT broker away")]));
    create(&herder, "c").await.unwrap();
    let deadline = soon();
    loop {
        let task = herder.task_status(TaskId::new("c", 0)).await.unwrap();
        assert_eq!(task.state, State::Running);
        if task.detail.as_deref() == Some("MQTT broker away") {
            break;
        }
        assert!(Instant::now() < deadline, "no detail");
        a_moment().await;
    }
    let WorkerHealth::Ready { problems } = herder.health().await.unwrap() else { panic!() };
    assert_eq!(problems, ["task c-0: MQTT broker away"]);
}

#[tokio::test]
async fn after_shutdown_nothing_starts_and_every_task_has_ended() {
    let herder = herder(&FakePlugins::default());
    create(&herder, "c").await.unwrap();
    herder.shut_down().await;
    assert_eq!(states(&herder, "c").await, "RUNNING [UNASSIGNED]");
    assert_eq!(create(&herder, "d").await, Err(HerderError::ShuttingDown));
}

#[tokio::test]
async fn shutdown_takes_the_grace_once_for_all_tasks_together() {
    let herder =
        herder(&FakePlugins::with([Script::NeverEnds, Script::NeverEnds, Script::NeverEnds]));
    for name in ["a", "b", "c"] {
        create(&herder, name).await.unwrap();
    }
    let began = Instant::now();
    herder.shut_down().await;
    assert!(began.elapsed() >= GRACE && began.elapsed() < 2 * GRACE, "{:?}", began.elapsed());
}

#[tokio::test]
async fn validation_names_a_class_in_full_by_simple_name_or_by_alias() {
    let herder = herder(&FakePlugins::default());
    for plugin in [CLASS, "FakeSourceConnector", "FakeSource"] {
        assert_eq!(herder.validate(plugin, config(&[])).await.unwrap().error_count, 0, "{plugin}");
    }
    let error = herder.validate("Other", config(&[])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("Included connector type {CLASS} does not match request type Other")
    );
    let error = herder.validate(CLASS, SubmittedConfig::new()).await.unwrap_err();
    assert_eq!(error.http_status(), 500);
    assert!(error.to_string().ends_with("contains no connector type"));
}

#[tokio::test]
async fn no_password_reaches_the_log_at_any_level_and_task_lines_name_their_task() {
    let capture = Capture::default();
    let _guard = tracing::dispatcher::set_default(
        &capture.dispatch(LogFormat::Text, "trace".parse().unwrap()),
    );
    let herder = herder(&FakePlugins::with([Script::Fail("refused")]));
    let secrets = [("connect.mqtt.password", "xitanez123"), ("some.api.token", "xitanez123")];
    herder.put_config("c", config(&secrets)).await.unwrap();
    becomes(&herder, "c", "RUNNING [FAILED]").await;
    let log = capture.text();
    assert!(log.contains("connect.mqtt.password=[hidden]"), "{log}");
    assert!(!log.contains("xitanez123"), "{log}");
    let failed = log.lines().find(|line| line.contains("FAILED")).unwrap();
    assert!(failed.contains("task{connector=c task=0}") && failed.contains("refused"), "{failed}");
}

#[tokio::test]
async fn status_shows_the_losses_of_a_config_until_the_config_is_replaced() {
    let herder = herder(&FakePlugins::default());
    let detail = async || herder.connector_status("c").await.unwrap().connector.detail;
    create(&herder, "c").await.unwrap();
    assert_eq!(detail().await, None);
    let lossy = config(&[("lossy", "statement 1: `#` is dropped")]);
    herder.put_config("c", lossy.clone()).await.unwrap();
    assert_eq!(detail().await.as_deref(), Some("statement 1: `#` is dropped"));
    herder.restart_connector("c").await.unwrap();
    assert!(detail().await.is_some(), "a restart mends nothing");
    herder.put_config("c", config(&[])).await.unwrap();
    assert_eq!(detail().await, None);
}

#[tokio::test]
async fn each_request_compiles_its_config_once_and_reads_do_not() {
    let plugins = FakePlugins::default();
    let herder = herder(&plugins);
    let compiled = async |what: &str, times: usize| {
        let count = plugins.compilations.swap(0, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(count, times, "{what}");
    };
    create(&herder, "c").await.unwrap();
    compiled("POST", 1).await;
    herder.put_config("c", config(&[("k", "1")])).await.unwrap();
    compiled("PUT of another config", 1).await;
    herder.put_config("c", config(&[("k", "1")])).await.unwrap();
    compiled("PUT of the same config", 1).await;
    herder.patch_config("c", SubmittedConfig::new()).await.unwrap();
    compiled("PATCH", 1).await;
    herder.validate(CLASS, config(&[])).await.unwrap();
    compiled("validate", 1).await;
    herder.restart_connector("c").await.unwrap();
    compiled("restart of the connector", 1).await;
    herder.restart_task(TaskId::new("c", 0)).await.unwrap();
    compiled("restart of a task", 1).await;
    for (only_failed, times) in [(false, 1), (true, 0)] {
        herder.restart("c", RestartScope { include_tasks: true, only_failed }).await.unwrap();
        compiled("restart of both", times).await;
    }
    herder.set_target("c", TargetState::Paused).await.unwrap();
    herder.set_target("c", TargetState::Started).await.unwrap();
    compiled("pause and resume", 0).await;
    herder.set_target("c", TargetState::Stopped).await.unwrap();
    herder.set_target("c", TargetState::Started).await.unwrap();
    compiled("stop and resume", 1).await;
    herder.connector_status("c").await.unwrap();
    herder.connector_info("c").await.unwrap();
    herder.delete("c").await.unwrap();
    compiled("reads and DELETE", 0).await;
}

#[tokio::test]
async fn counters_go_on_over_restarts_and_begin_anew_with_a_new_connector() {
    let herder = herder(&FakePlugins::default());
    let received = async |wanted: u64| {
        let deadline = soon();
        loop {
            let counters = herder.counters("c").await.unwrap();
            let seen = counters.tasks.first().map(|task| task.counters.get("received"));
            if seen == Some(wanted) {
                return;
            }
            assert!(Instant::now() < deadline, "{seen:?} did not become {wanted}");
            a_moment().await;
        }
    };
    create(&herder, "c").await.unwrap();
    received(1).await;
    herder.restart_task(TaskId::new("c", 0)).await.unwrap();
    received(2).await;
    herder.put_config("c", config(&[("k", "1")])).await.unwrap();
    received(3).await;
    herder.set_target("c", TargetState::Stopped).await.unwrap();
    assert_eq!(herder.counters("c").await.unwrap().tasks, []);
    herder.set_target("c", TargetState::Started).await.unwrap();
    received(4).await;
    herder.delete("c").await.unwrap();
    assert!(herder.counters("c").await.is_err());
    create(&herder, "c").await.unwrap();
    received(1).await;
}

#[tokio::test]
async fn a_kept_session_that_nobody_reads_any_more_is_logged_and_answered() {
    let capture = Capture::default();
    let _guard = tracing::dispatcher::set_default(
        &capture.dispatch(LogFormat::Text, "info".parse().unwrap()),
    );
    let herder = herder(&FakePlugins::default());
    let put = async |name: &str, pairs: &[(&str, &str)]| {
        herder.put_config(name, config(pairs)).await.unwrap();
    };
    put("c", &[("client.id", "old")]).await;
    put("c", &[("client.id", "old"), ("k", "1")]).await;
    assert!(!capture.text().contains("goes on queueing"), "{}", capture.text());
    put("c", &[("client.id", "new")]).await;
    let log = capture.text();
    assert!(log.contains("client id 'old' is kept by its broker (tcp://b:1883)"), "{log}");
    let left = herder.delete("c").await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(left[0].starts_with("the MQTT session of client id 'new' is kept"), "{left:?}");
    assert!(capture.text().contains("client id 'new' is kept by its broker"));
    put("d", &[("client.id", "x"), ("clean", "true")]).await;
    assert_eq!(herder.delete("d").await.unwrap(), Vec::<String>::new());
}
