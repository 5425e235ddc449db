//! A future whose panic is a value.

use std::any::Any;
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::pin;

/// Awaits `future`; a panic comes out as its payload. The future is not polled again after it.
pub(super) async fn caught<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => std::task::Poll::Ready(Err(payload)),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[tokio::test]
    async fn a_panic_after_a_wait_is_caught() {
        let payload = caught(async {
            tokio::task::yield_now().await;
            if true {
                panic!("oops");
            }
        })
        .await
        .unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"oops"));
        assert_eq!(caught(async { 7 }).await.unwrap(), 7);
    }
}
