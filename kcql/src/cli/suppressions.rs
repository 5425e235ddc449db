//! Findings that are suppressed: `kcql.toml` for a project, a comment
//! `-- kcql-allow rule: reason` for a statement. Only warnings and notes can be allowed, by the name
//! or the code of their rule. Invariant: a suppression that matches nothing, or gives no reason, is
//! itself a finding.

use std::path::{Path, PathBuf};

use kcql::{lexer, shown, Code, Diagnostic, Severity, Span, TokenKind};
use serde::Deserialize;

const FILE: &str = "kcql.toml";
const MARK: &str = "kcql-allow";

/// The suppressions of a project.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suppressions {
    #[serde(default)]
    allow: Vec<Suppression>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suppression {
    rule: String,
    reason: String,
}

/// One inline suppression.
struct Inline {
    span: Span,
    rules: Vec<(String, bool)>,
    has_reason: bool,
    statement: usize,
}

impl Suppressions {
    /// The file asked for, else the nearest `kcql.toml` from a folder upwards, else none.
    pub(crate) fn load(asked: Option<&Path>, input: Option<&str>) -> Result<Self, String> {
        let start = input.map(Path::new).and_then(Path::parent).unwrap_or(Path::new(""));
        let nearest = || -> Option<PathBuf> {
            let start = std::path::absolute(if start.as_os_str().is_empty() {
                Path::new(".")
            } else {
                start
            });
            let start = start.ok()?;
            start.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file())
        };
        let Some(path) = asked.map(Path::to_path_buf).or_else(nearest) else {
            return Ok(Self::default());
        };
        let name = path.display();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        let allowances: Self = toml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        for allowance in &allowances.allow {
            let rule = &allowance.rule;
            let code = code_of(rule).ok_or_else(|| {
                format!("{name}: there is no rule {rule:?}; `kcql rule` lists them")
            })?;
            if code.severity() == Severity::Error {
                return Err(format!("{name}: {rule} is an error, and errors cannot be allowed"));
            }
            if allowance.reason.trim().is_empty() {
                return Err(format!("{name}: {rule} is allowed without a reason"));
            }
        }
        Ok(allowances)
    }

    /// The findings about a text that are not suppressed.
    pub(crate) fn apply(&self, text: &str, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut inline = inline(text, &found);
        let own: Vec<Span> = inline.iter().map(|one| one.span).collect();
        let mut left: Vec<Diagnostic> = found
            .into_iter()
            .filter(|found| {
                let is_own = found.code == Code::CommentInName && own.contains(&found.span);
                !(is_own || self.allows(found) || allows(&mut inline, found))
            })
            .collect();
        left.extend(inline.iter().flat_map(complaints));
        left.sort_by_key(|found| (found.statement, found.span.start));
        left
    }

    fn allows(&self, found: &Diagnostic) -> bool {
        found.severity != Severity::Error
            && self.allow.iter().any(|allowance| code_of(&allowance.rule) == Some(found.code))
    }
}

fn allows(inline: &mut [Inline], found: &Diagnostic) -> bool {
    if found.severity == Severity::Error {
        return false;
    }
    let mut allowed = false;
    for one in inline.iter_mut().filter(|one| one.statement == found.statement) {
        for (rule, used) in &mut one.rules {
            if code_of(rule) == Some(found.code) {
                *used = true;
                allowed = true;
            }
        }
    }
    allowed
}

fn code_of(rule: &str) -> Option<Code> {
    let same = |code: &&Code| code.name() == rule || code.as_str().eq_ignore_ascii_case(rule);
    Code::ALL.iter().find(same).copied()
}

/// The suppressions in comments. The finding about a comment says to which statement the comment
/// belongs.
fn inline(text: &str, found: &[Diagnostic]) -> Vec<Inline> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let comments = lexer::tokens(text).filter(|token| token.kind == TokenKind::Comment);
    comments
        .filter_map(|token| {
            let span = token.span();
            let comment = span.of(text);
            let inner = comment.get(2..)?.trim_end_matches("*/").trim();
            let rest = inner.strip_prefix(MARK)?;
            let (rules, reason) = rest.split_once(':').unwrap_or((rest, ""));
            let about =
                found.iter().find(|one| one.code == Code::CommentInName && one.span == span);
            Some(Inline {
                span,
                rules: rules
                    .split([',', ' '])
                    .filter(|rule| !rule.is_empty())
                    .map(|rule| (rule.to_owned(), false))
                    .collect(),
                has_reason: !reason.trim().is_empty(),
                statement: about.map_or(1, |one| one.statement),
            })
        })
        .collect()
}

fn complaints(inline: &Inline) -> Vec<Diagnostic> {
    let complaint = |code: Code, message: String, cause: &str, help: &str| Diagnostic {
        code,
        severity: code.severity(),
        message,
        span: inline.span,
        labels: Vec::new(),
        cause: Some(cause.into()),
        help: Some(help.into()),
        fix: None,
        statement: inline.statement,
    };
    let mut all = Vec::new();
    if !inline.has_reason {
        all.push(complaint(
            Code::AllowWithoutReason,
            "allowed without a reason".into(),
            "who reads this later cannot tell whether it still holds",
            "write -- kcql-allow rule: reason",
        ));
    }
    for (rule, _) in inline.rules.iter().filter(|(_, used)| !used) {
        let message = match code_of(rule) {
            None => format!("there is no rule {}", shown(rule)),
            Some(code) if code.severity() == Severity::Error => {
                format!("{rule} is an error, and errors cannot be allowed")
            }
            Some(_) => format!("{rule} is allowed and not found"),
        };
        all.push(complaint(
            Code::UnusedAllow,
            message,
            "an allowance that allows nothing hides the next finding of its kind",
            "remove it; `kcql rule` lists the rules",
        ));
    }
    all
}
