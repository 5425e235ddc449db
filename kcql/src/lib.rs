//! The language KCQL: text in, diagnostics and an immutable routing plan out.
#![allow(missing_docs)]
use std::borrow::Cow;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
    Note,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub severity: Severity,
    pub message: String,
    pub span: Span,
}
#[derive(Debug, Clone, Default)]
pub struct CompileOptions {}
#[derive(Debug, Clone)]
pub struct Compilation {
    pub plan: Option<Plan>,
    pub diagnostics: Vec<Diagnostic>,
}
pub fn compile(_text: &str, _options: &CompileOptions) -> Compilation {
    Compilation { plan: None, diagnostics: vec![] }
}
#[derive(Debug, Clone)]
pub struct Plan {
    statements: Vec<StatementPlan>,
}
impl Plan {
    pub fn statements(&self) -> &[StatementPlan] {
        &self.statements
    }
}
#[derive(Debug, Clone)]
pub struct StatementPlan {
    pub text: String,
    pub target: Target,
    pub subscription: Subscription,
    pub converter: Option<String>,
    pub with_keys: Option<Vec<String>>,
}
#[derive(Debug, Clone)]
pub enum Target {
    Literal(String),
    FromTopic,
}
impl Target {
    pub fn resolve<'a>(&'a self, _mqtt_topic: &str) -> Cow<'a, str> {
        Cow::Borrowed("")
    }
}
#[derive(Debug, Clone)]
pub struct Subscription {
    pub share_group: Option<String>,
    pub filter: Filter,
}
impl Subscription {
    pub fn wire(&self) -> String {
        String::new()
    }
}
#[derive(Debug, Clone)]
pub struct Filter(String);
impl Filter {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
#[derive(Debug)]
pub struct Router;
impl Router {
    pub fn new(_plan: &Plan) -> Router {
        Router
    }
    pub fn route(&self, _topic: &str) -> Option<usize> {
        None
    }
}
#[derive(Debug, Clone, Copy)]
pub enum RenderStyle {
    Plain,
    Colour,
}
pub fn render(
    _text: &str,
    _diagnostics: &[Diagnostic],
    _style: RenderStyle,
    _origin: Option<&str>,
) -> String {
    String::new()
}
