//! A budget of messages and bytes: taken when a message is received, returned when its
//! acknowledgement may leave.
//!
//! Invariant: what is outstanding never exceeds the limits by more than one message, whatever
//! Kafka does. The budget does not know what stops when it is empty.

/// The most that may be outstanding at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages received and not yet settled.
    pub messages: usize,
    /// Their bytes: topic, payload, key and a fixed overhead each.
    pub bytes: usize,
}

impl Default for Limits {
    /// 65,535 messages is what one MQTT connection can have in flight at QoS 1 and 2, so a
    /// window of that size is never cut short; 64 MiB bounds the memory of large payloads.
    fn default() -> Self {
        Self { messages: 65_535, bytes: 64 << 20 }
    }
}

/// What is outstanding, against its [`Limits`].
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Limits,
    messages: usize,
    bytes: usize,
}

impl Budget {
    /// An untouched budget.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, messages: 0, bytes: 0 }
    }

    /// Whether another message may be taken. The size of the next message is not known before it
    /// is read, so one message may overshoot the byte limit.
    pub fn has_room(&self) -> bool {
        self.messages < self.limits.messages && self.bytes < self.limits.bytes
    }

    /// Counts a received message.
    pub fn take(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes;
    }

    /// Counts settled messages off.
    pub fn give_back(&mut self, messages: usize, bytes: usize) {
        debug_assert!(messages <= self.messages && bytes <= self.bytes, "returned twice");
        self.messages = self.messages.saturating_sub(messages);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Messages outstanding.
    pub fn messages(&self) -> usize {
        self.messages
    }

    /// Bytes outstanding.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_empty_at_either_limit_and_refills() {
        let mut budget = Budget::new(Limits { messages: 2, bytes: 100 });
        budget.take(10);
        assert!(budget.has_room());
        budget.take(10);
        assert!(!budget.has_room(), "message limit");
        budget.give_back(2, 20);
        budget.take(100);
        assert!(!budget.has_room(), "byte limit");
        budget.give_back(1, 100);
        assert!(budget.has_room());
        assert_eq!((budget.messages(), budget.bytes()), (0, 0));
    }
}
