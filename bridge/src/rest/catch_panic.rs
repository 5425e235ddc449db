//! Turns the panic of a future into a value.

use std::any::Any;
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::pin;

/// Awaits `future`; a panic becomes its payload. The future is not polled after a panic.
pub(super) async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(payload) => std::task::Poll::Ready(Err(payload)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::catch_panic;

    #[tokio::test]
    async fn a_panic_after_a_wait_is_catch_panic() {
        let payload = catch_panic(async {
            tokio::task::yield_now().await;
            panic!("oops")
        })
        .await
        .unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"oops"));
        assert_eq!(catch_panic(async { 7 }).await.unwrap(), 7);
    }
}
