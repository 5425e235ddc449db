//! Message and location of a panic, for the code that catches it.
//!
//! Owns the process's panic hook, once a program installs it: a panic goes to the log instead of
//! to a bare stderr, and its place is kept for the thread that catches it. Without the hook only
//! the message is known.

use std::any::Any;
use std::cell::RefCell;

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panic {
    /// Its message.
    pub message: String,
    /// `file:line:column`, where the hook is installed.
    pub location: Option<String>,
}

thread_local! {
    static LAST_LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Sends panics to the log. For programs, once.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let location = info.location().map(ToString::to_string);
        let message = message(info.payload());
        tracing::error!(
            location = location.as_deref().unwrap_or("unknown"),
            "internal error, please report it: {message}"
        );
        LAST_LOCATION.with(|last| *last.borrow_mut() = location);
    }));
}

/// Describes the panic that this thread has just caught.
pub fn describe(payload: &(dyn Any + Send)) -> Panic {
    let location = LAST_LOCATION.with(|last| last.borrow_mut().take());
    Panic { message: message(payload), location }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic without a message")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn both_kinds_of_message_are_read() {
        let caught = std::panic::catch_unwind(|| panic!("plain")).unwrap_err();
        assert_eq!(describe(caught.as_ref()).message, "plain");
        let number = 7;
        let caught = std::panic::catch_unwind(|| panic!("number {number}")).unwrap_err();
        assert_eq!(describe(caught.as_ref()).message, "number 7");
    }
}
