//! Why a connection, or the task, cannot go on.
//!
//! Owns the errors of a session and their texts: what happened, what may be the cause, and what to
//! do. Which of them ends the task is [`SessionError::is_retriable`].

use std::time::Duration;

use super::other_protocol::OtherProtocol;
use super::violation::Violation;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// CONNACK with a code that a retry does not mend.
    #[error("connection refused: {reason} (CONNACK code {code})")]
    Refused {
        /// MQTT 3.1.1 §3.2.2.3.
        code: u8,
        /// In words.
        reason: &'static str,
    },
    /// CONNACK 3.
    #[error("the broker says that it is unavailable (CONNACK code 3)")]
    Unavailable,
    /// SUBACK 0x80.
    #[error("subscription refused: {}", .0.join(", "))]
    SubscriptionRefused(Vec<String>),
    /// A packet over the limit.
    #[error("a packet of {size} bytes is over the limit of {limit} bytes")]
    PacketTooLarge {
        /// Announced size.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// No CONNACK in time.
    #[error("no CONNACK within {0:?}")]
    NoConnAck(Duration),
    /// No sign of life in time.
    #[error("nothing came within {0:?} after a PINGREQ")]
    NoPingResp(Duration),
    /// Not what MQTT 3.1.1 allows.
    #[error("protocol error: {0}")]
    Protocol(Violation),
    /// Not MQTT at all.
    #[error("{0}")]
    OtherProtocol(OtherProtocol),
    /// A packet of ours that cannot be written.
    #[error("cannot encode {packet}: {reason}")]
    Encode {
        /// Its name.
        packet: &'static str,
        /// The codec's words.
        reason: String,
    },
}

impl SessionError {
    /// Whether another attempt can mend it. If not, the task fails.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Refused { .. } | Self::SubscriptionRefused(_) | Self::PacketTooLarge { .. } => {
                false
            }
            Self::Unavailable
            | Self::NoConnAck(_)
            | Self::NoPingResp(_)
            | Self::Protocol(_)
            | Self::OtherProtocol(_)
            | Self::Encode { .. } => true,
        }
    }
}

/// What a session knows of a connection that ended without a packet that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LostWhile {
    AwaitingConnAck,
    AwaitingSubAck,
    Subscribed {
        /// How long the subscription had stood.
        stood: Duration,
        /// How long nothing had been sent.
        silent: Duration,
    },
}

/// The likely causes of a loss, behind how it showed.
pub(super) fn explain_loss(
    how: &str,
    lost: Option<LostWhile>,
    client_id: &str,
    keep_alive: Duration,
) -> String {
    match lost {
        None => how.to_owned(),
        Some(LostWhile::AwaitingConnAck) => format!(
            "{how} before CONNACK; likely causes: the port is not that of an MQTT broker (Kafka, \
             TLS and others close at once), or the broker refuses the client id '{client_id}', the \
             user name or the password without an answer"
        ),
        Some(LostWhile::AwaitingSubAck) => format!(
            "{how} after CONNACK and before SUBACK; likely causes: the broker does not allow the \
             subscription, or another client has connected with the client id '{client_id}'"
        ),
        Some(LostWhile::Subscribed { silent, .. })
            if !keep_alive.is_zero() && silent > keep_alive * 3 / 2 =>
        {
            format!(
                "{how} after {:.1} s without a packet from us, where keep-alive allows {:.1} s",
                silent.as_secs_f64(),
                (keep_alive * 3 / 2).as_secs_f64()
            )
        }
        Some(LostWhile::Subscribed { stood, .. }) => format!(
            "{how} {:.1} s after the subscription stood; likely causes: another client has \
             connected with the client id '{client_id}', or the broker stopped or restarts",
            stood.as_secs_f64()
        ),
    }
}
