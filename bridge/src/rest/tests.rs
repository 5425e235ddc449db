//! REST transcripts: a request on one side, status, headers and body on the other, through the
//! whole interface with a standalone herder and fake tasks behind it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{to_bytes, Body};
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;

use super::App;
use crate::runtime::store::Stores;
use crate::runtime::testing::{a_moment, soon, FakePlugins, Script, CLASS};
use crate::runtime::{ClusterId, StandaloneHerder, WorkerSettings};

struct Worker {
    app: App,
    herder: Arc<StandaloneHerder>,
}

/// Status, `Location`, `Allow` or `Warning` where there is one, body.
#[derive(Debug, PartialEq)]
struct Reply {
    status: u16,
    header: String,
    body: String,
}

fn worker(plugins: &FakePlugins) -> Worker {
    let settings =
        WorkerSettings { worker_id: "h:8083".into(), shutdown_grace: Duration::from_millis(300) };
    let cluster = ClusterId::new(Arc::new(|| Some("abc".into())));
    let herder = Arc::new(StandaloneHerder::new(
        Box::new(plugins.clone()),
        Stores::in_memory(),
        settings,
        cluster,
    ));
    herder.set_ready();
    Worker { app: App::new(Arc::clone(&herder) as _, "h:8083"), herder }
}

async fn reply(response: Response) -> Reply {
    assert!(response.headers()[header::SERVER].to_str().unwrap().starts_with("kcql-bridge/"));
    let status = response.status().as_u16();
    let of = |name| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
    if status >= 400 {
        assert_eq!(of(header::CONTENT_TYPE).as_deref(), Some("application/json"));
    }
    let headers = [header::LOCATION, header::ALLOW, header::WARNING];
    let header = headers.into_iter().find_map(of).unwrap_or_default();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Reply { status, header, body: String::from_utf8(bytes.to_vec()).unwrap() }
}

impl Worker {
    /// `method path`, with a JSON body if there is one.
    async fn ask(&self, line: &str, body: &str) -> Reply {
        self.ask_as(line, body, Some("application/json"), None).await
    }

    async fn ask_as(
        &self,
        line: &str,
        body: &str,
        content_type: Option<&str>,
        accept: Option<&str>,
    ) -> Reply {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path).header("host", "edge:8083");
        if let (Some(content_type), false) = (content_type, body.is_empty()) {
            request = request.header("content-type", content_type);
        }
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        reply(self.app.call(request).await).await
    }

    async fn create(&self, name: &str) -> Reply {
        let body = format!(r#"{{"name":"{name}","config":{{"connector.class":"{CLASS}"}}}}"#);
        self.ask("POST /connectors", &body).await
    }

    /// Asks, and compares status and body.
    async fn expect(&self, line: &str, body: &str, status: u16, answer: &str) {
        let reply = self.ask(line, body).await;
        assert_eq!((reply.status, reply.body.as_str()), (status, answer), "{line}");
    }
}

impl Worker {
    /// The same for what a task says of itself, once its thread runs.
    async fn expect_soon(&self, line: &str, answer: &str) {
        let deadline = soon();
        loop {
            let reply = self.ask(line, "").await;
            if reply.body == answer {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "{line}: {}", reply.body);
            a_moment().await;
        }
    }
}

fn error(code: u16, message: &str) -> String {
    format!(r#"{{"error_code":{code},"message":"{message}"}}"#)
}

/// The status of connector `c` with one task.
fn status(state: &str, task: &str) -> String {
    format!(
        r#"{{"name":"c","connector":{{"state":"{state}","worker_id":"h:8083","version":"1.2"}},"tasks":[{{"id":0,"state":"{task}","worker_id":"h:8083","version":"1.2"}}],"type":"source"}}"#
    )
}

#[tokio::test]
async fn the_whole_life_of_a_connector() {
    let worker = worker(&FakePlugins::default());
    let info = format!(
        r#"{{"name":"c","config":{{"connector.class":"{CLASS}","tasks.max":"1","name":"c"}},"tasks":[{{"connector":"c","task":0}}],"type":"source"}}"#
    );
    let body = format!(r#"{{"name":"c","config":{{"connector.class":"{CLASS}","tasks.max":1}}}}"#);
    let created = worker.ask("POST /connectors", &body).await;
    assert_eq!(
        created,
        Reply { status: 201, header: "http://edge:8083/connectors/c".into(), body: info.clone() }
    );
    worker.expect("POST /connectors", &body, 409, &error(409, "Connector c already exists")).await;
    worker.expect("GET /connectors/", "", 200, r#"["c"]"#).await;
    worker.expect("GET /connectors/c", "", 200, &info).await;
    worker.expect_soon("GET /connectors/c/status", &status("RUNNING", "RUNNING")).await;
    worker
        .expect(
            "GET /connectors/c/tasks/0/status/",
            "",
            200,
            r#"{"id":0,"state":"RUNNING","worker_id":"h:8083","version":"1.2"}"#,
        )
        .await;
    worker
        .expect(
            "GET /connectors/c/tasks",
            "",
            200,
            &format!(
                r#"[{{"id":{{"connector":"c","task":0}},"config":{{"connector.class":"{CLASS}","tasks.max":"1","name":"c"}}}}]"#
            ),
        )
        .await;
    worker.expect("PUT /connectors/c/pause", "", 202, "").await;
    worker.expect_soon("GET /connectors/c/status", &status("PAUSED", "PAUSED")).await;
    worker.expect("PUT /connectors/c/resume", "", 202, "").await;
    worker.expect("POST /connectors/c/restart", "", 204, "").await;
    worker
        .expect(
            "POST /connectors/c/restart?includeTasks=true",
            "",
            202,
            &status("RESTARTING", "RESTARTING"),
        )
        .await;
    worker.expect("POST /connectors/c/tasks/0/restart", "", 204, "").await;
    let config = format!(r#"{{"connector.class":"{CLASS}","z":"1","a":" 2 ","name":"c"}}"#);
    let replaced = worker.ask("PUT /connectors/c/config", &config).await;
    assert_eq!((replaced.status, replaced.header.as_str()), (200, ""));
    worker.expect("GET /connectors/c/config", "", 200, &config).await;
    let patched = worker.ask("PATCH /connectors/c/config", r#"{"z":null,"b":true}"#).await;
    assert_eq!(patched.status, 200);
    let config = format!(r#"{{"connector.class":"{CLASS}","a":" 2 ","name":"c","b":"true"}}"#);
    worker.expect("GET /connectors/c/config", "", 200, &config).await;
    worker.expect("PUT /connectors/c/stop", "", 204, "").await;
    worker
        .expect(
            "GET /connectors/c/status",
            "",
            200,
            r#"{"name":"c","connector":{"state":"STOPPED","worker_id":"h:8083","version":"1.2"},"tasks":[],"type":"source"}"#,
        )
        .await;
    worker.expect("DELETE /connectors/c/", "", 204, "").await;
    worker.expect("DELETE /connectors/c", "", 404, &error(404, "Connector c not found")).await;
    worker.expect("GET /connectors", "", 200, "[]").await;
}

#[tokio::test]
async fn what_is_unknown_is_answered_404_with_connects_sentences() {
    let worker = worker(&FakePlugins::default());
    worker.create("c").await;
    for (line, message) in [
        ("GET /connectors/x", "Connector x not found"),
        ("GET /connectors/x/config", "Connector x not found"),
        ("GET /connectors/x/tasks", "Connector x not found"),
        ("GET /v1/connectors/x/counters", "Connector x not found"),
        ("GET /connectors/x/status", "No status found for connector x"),
        ("GET /connectors/c/tasks/9/status", "No status found for task c-9"),
        ("GET /connectors/c/tasks/one/status", "HTTP 404 Not Found"),
        ("PUT /connectors/x/pause", "Unknown connector x"),
        ("PUT /connectors/x/resume", "Unknown connector x"),
        ("PUT /connectors/x/stop", "Unknown connector x"),
        ("POST /connectors/x/restart", "Connector x not found"),
        ("POST /connectors/x/restart?onlyFailed=true", "Unknown connector: x"),
        ("POST /connectors/x/tasks/0/restart", "Connector x not found"),
        ("POST /connectors/c/tasks/9/restart", "Task c-9 not found"),
        ("GET /connector-plugins/nope/config", "Unknown plugin nope."),
        ("GET /nowhere", "HTTP 404 Not Found"),
        ("GET /connectors/c/nowhere", "HTTP 404 Not Found"),
    ] {
        worker.expect(line, "", 404, &error(404, message)).await;
    }
}

#[tokio::test]
async fn paths_of_kafka_connect_that_are_not_supported_yet_are_404() {
    let worker = worker(&FakePlugins::default());
    worker.create("c").await;
    for line in [
        "GET /connectors/c/offsets",
        "PATCH /connectors/c/offsets",
        "DELETE /connectors/c/offsets",
        "GET /connectors/c/topics",
        "PUT /connectors/c/topics/reset",
        "GET /admin/loggers",
    ] {
        worker.expect(line, "", 404, &error(404, "HTTP 404 Not Found")).await;
    }
}

#[tokio::test]
async fn names_may_hold_anything_and_come_back_encoded() {
    let worker = worker(&FakePlugins::default());
    let created = worker.create("a b/c->ü").await;
    assert_eq!(created.status, 201);
    assert_eq!(created.header, "http://edge:8083/connectors/a%20b%2Fc-%3E%C3%BC");
    let info = worker.ask("GET /connectors/a%20b%2Fc%2D%3E%C3%BC/", "").await;
    assert_eq!(info.body, created.body);
    assert_eq!(worker.ask("DELETE /connectors/a%20b%2Fc-%3E%C3%BC", "").await.status, 204);
}

#[tokio::test]
async fn put_config_creates_too() {
    let worker = worker(&FakePlugins::default());
    let body = format!(r#"{{"connector.class":"{CLASS}"}}"#);
    let created = worker.ask("PUT /connectors/new/config", &body).await;
    assert_eq!((created.status, created.header.as_str()), (201, "http://edge:8083/connectors/new"));
    let other = format!(r#"{{"connector.class":"{CLASS}","name":"b"}}"#);
    let message = "Connector name configuration (b) doesn't match connector name in the URL (new)";
    worker.expect("PUT /connectors/new/config", &other, 400, &error(400, message)).await;
}

#[tokio::test]
async fn a_connector_starts_in_its_initial_state() {
    let worker = worker(&FakePlugins::default());
    for (state, seen) in [("PAUSED", r#""state":"PAUSED""#), ("stopped", r#""state":"STOPPED""#)] {
        let body = format!(
            r#"{{"name":"{state}","config":{{"connector.class":"{CLASS}"}},"initial_state":"{state}"}}"#
        );
        assert_eq!(worker.ask("POST /connectors", &body).await.status, 201);
        let status = worker.ask(&format!("GET /connectors/{state}/status"), "").await.body;
        assert!(status.contains(seen), "{status}");
    }
}

#[tokio::test]
async fn expand_adds_status_and_info_by_name() {
    let worker = worker(&FakePlugins::default());
    worker.create("c").await;
    let both = worker.ask("GET /connectors?expand=status&expand=info&expand=x", "").await.body;
    assert!(both.starts_with(r#"{"c":{"status":{"name":"c","#), "{both}");
    assert!(both.contains(r#"},"info":{"name":"c","config":"#), "{both}");
    worker.expect("GET /connectors?expand", "", 200, r#"{"c":{}}"#).await;
}

#[tokio::test]
async fn invalid_configs_are_400_and_create_nothing() {
    let worker = worker(&FakePlugins::default());
    let body = format!(r#"{{"name":"c","config":{{"connector.class":"{CLASS}","bad":1}}}}"#);
    worker
        .expect(
            "POST /connectors",
            &body,
            400,
            &error(
                400,
                "Connector configuration is invalid and contains the following 1 error(s):\\n\
                 Invalid value 1 for configuration bad\\n\
                 You can also find the above list of errors at the endpoint \
                 `/connector-plugins/{connectorType}/config/validate`",
            ),
        )
        .await;
    let null = format!(r#"{{"connector.class":"{CLASS}","k":null}}"#);
    let answer = worker.ask("PUT /connectors/c/config", &null).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Null value can not be supplied as the configuration value."));
    worker.expect("GET /connectors", "", 200, "[]").await;
}

#[tokio::test]
async fn plugins_are_listed_connectors_first_and_alone_by_default() {
    let worker = worker(&FakePlugins::default());
    let source = format!(r#"{{"class":"{CLASS}","type":"source","version":"1.2"}}"#);
    worker.expect("GET /connector-plugins/", "", 200, &format!("[{source}]")).await;
    let all = worker.ask("GET /connector-plugins?connectorsOnly=false", "").await.body;
    assert!(all.starts_with(&format!("[{source},")) && all.contains(r#""type":"converter""#));
}

#[tokio::test]
async fn validate_answers_200_with_errors_inside_for_bare_and_wrapped_configs() {
    let worker = worker(&FakePlugins::default());
    let bare = format!(r#"{{"connector.class":"{CLASS}","bad":"1"}}"#);
    let path = "PUT /connector-plugins/FakeSource/config/validate";
    let answer = worker.ask(path, &bare).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.starts_with(&format!(r#"{{"name":"{CLASS}","error_count":1,"#)));
    let wrapped = worker.ask(path, &format!(r#"{{"name":"c","config":{bare}}}"#)).await.body;
    assert!(wrapped.contains(r#""error_count":1"#) && wrapped.contains(r#""value":"c""#));
    let answer = worker.ask(path, "{}").await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("BadRequestException: Connector config {} contains no connector"));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_with_the_reason() {
    let worker = worker(&FakePlugins::default());
    let malformed = worker.ask("POST /connectors", r#"{"name":"#).await;
    assert_eq!(malformed.status, 500);
    assert!(malformed.body.contains("not valid JSON") && malformed.body.contains("line 1 column"));
    let path = "POST /connectors";
    for content_type in [Some("application/x-www-form-urlencoded"), Some("text/json"), None] {
        let reply = worker.ask_as(path, "{}", content_type, None).await;
        assert_eq!(reply.status, 415);
        assert_eq!(reply.body, error(415, "HTTP 415 Unsupported Media Type"));
    }
    let charset = worker.ask_as(path, "{}", Some("application/json; charset=utf-8"), None).await;
    assert_eq!(charset.status, 500, "read, and found to have no config");
    let big = format!(r#"{{"a":"{}"}}"#, "x".repeat(super::BODY_BYTES_MAX));
    let reply = worker.ask(path, &big).await;
    assert_eq!(reply.status, 413);
    assert_eq!(reply.body, error(413, "The request's body is larger than 1048576 bytes"));
}

#[tokio::test]
async fn a_method_or_media_type_that_a_path_does_not_have_is_refused() {
    let worker = worker(&FakePlugins::default());
    let reply = worker.ask("DELETE /connectors", "").await;
    assert_eq!(reply.status, 405);
    assert_eq!(reply.body, error(405, "HTTP 405 Method Not Allowed"));
    assert_eq!(reply.header, "GET, HEAD, POST, OPTIONS");
    let reply = worker.ask("OPTIONS /connectors/", "").await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "GET, HEAD, POST, OPTIONS"));
    assert_eq!(reply.header, reply.body);
    let reply = worker.ask_as("GET /connectors", "", None, Some("text/html")).await;
    assert_eq!((reply.status, reply.body), (406, error(406, "HTTP 406 Not Acceptable")));
    let reply = worker.ask("HEAD /connectors", "").await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
}

#[tokio::test]
async fn root_names_a_kafka_version_and_the_cluster() {
    let worker = worker(&FakePlugins::default());
    let root: serde_json::Value =
        serde_json::from_str(&worker.ask("GET /", "").await.body).unwrap();
    assert!(root["version"].as_str().unwrap().starts_with("4.3."));
    assert!(root["commit"].is_string());
    assert_eq!(root["kafka_cluster_id"], "abc");
}

#[tokio::test]
async fn health_is_degraded_at_200_while_a_task_is_not_well_and_names_it() {
    let worker = worker(&FakePlugins::with([Script::Fail("no Kafka")]));
    let fine = r#"{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}"#;
    worker.expect("GET /health", "", 200, fine).await;
    worker.create("c").await;
    let deadline = soon();
    loop {
        let health = worker.ask("GET /health", "").await;
        assert_eq!(health.status, 200);
        if health.body.contains("Not well: task c-0 is FAILED: ") {
            assert!(health.body.contains("no Kafka"));
            assert!(health.body.starts_with(r#"{"status":"degraded","message":"Worker has"#));
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{}", health.body);
        a_moment().await;
    }
}

#[tokio::test]
async fn health_is_503_until_the_worker_has_started() {
    let settings = WorkerSettings { worker_id: "h:1".into(), shutdown_grace: Duration::ZERO };
    let cluster = ClusterId::new(Arc::new(|| None));
    let herder = Arc::new(StandaloneHerder::new(
        Box::new(FakePlugins::default()),
        Stores::in_memory(),
        settings,
        cluster,
    ));
    let worker = Worker { app: App::new(Arc::clone(&herder) as _, "h:1"), herder };
    let starting = r#"{"status":"starting","message":"Worker is still starting up."}"#;
    worker.expect("GET /health", "", 503, starting).await;
    worker.herder.set_ready();
    assert_eq!(worker.ask("GET /health", "").await.status, 200);
}

#[tokio::test]
async fn during_shutdown_changes_are_refused_and_reads_are_answered() {
    let worker = worker(&FakePlugins::default());
    worker.create("c").await;
    worker.herder.shut_down().await;
    assert_eq!(worker.create("d").await.status, 503);
    assert_eq!(worker.ask("GET /connectors/c/status", "").await.status, 200);
}

#[tokio::test]
async fn counters_of_each_task_are_numbers_by_name() {
    let worker = worker(&FakePlugins::default());
    worker.create("c").await;
    worker.expect_soon("GET /connectors/c/status", &status("RUNNING", "RUNNING")).await;
    let counters: serde_json::Value =
        serde_json::from_str(&worker.ask("GET /v1/connectors/c/counters/", "").await.body).unwrap();
    assert_eq!((&counters["name"], &counters["tasks"][0]["id"]), (&"c".into(), &0.into()));
    let counters = counters["tasks"][0]["counters"].as_object().unwrap();
    assert_eq!(counters["received"], 1);
    assert!(counters.values().all(serde_json::Value::is_u64), "{counters:?}");
}

#[tokio::test]
async fn deleting_what_leaves_a_session_behind_answers_with_a_warning() {
    let worker = worker(&FakePlugins::default());
    for (clean, warned) in [("false", true), ("true", false)] {
        let config =
            format!(r#"{{"connector.class":"{CLASS}","client.id":"a\"ü","clean":"{clean}"}}"#);
        worker.ask("PUT /connectors/c/config", &config).await;
        let reply = worker.ask("DELETE /connectors/c", "").await;
        assert_eq!((reply.status, reply.body.as_str()), (204, ""));
        let text = r#"299 kcql-bridge "the MQTT session of client id 'a\u{22}\u{fc}' is kept"#;
        assert_eq!(reply.header.starts_with(text), warned, "{}", reply.header);
    }
}
