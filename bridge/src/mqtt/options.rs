//! How a task reaches its broker: hosts, identity, session, subscriptions.
//!
//! Plain data, validated where it is made ([`HostPort::parse_uri`], [`QoS::try_from`]).

use std::fmt;
use std::time::Duration;

use crate::base::Secret;

/// Everything that a session needs to know before it connects.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Tried in order, again from the first after a loss. One that takes the connection but not the
    /// session is followed by the next.
    pub hosts: Vec<HostPort>,
    /// The client identifier; a persistent session belongs to it.
    pub client_id: String,
    /// User name of the CONNECT packet.
    pub username: Option<String>,
    /// Password of the CONNECT packet.
    pub password: Option<Secret>,
    /// MQTT 3.1.1 clean session.
    pub clean_session: bool,
    /// Zero switches keep-alive off (MQTT 3.1.1 §3.1.2.10). At most 65,535 s.
    pub keep_alive: Duration,
    /// For the TCP connection and the CONNACK together.
    pub connect_timeout: Duration,
    /// The longest pause between attempts to connect.
    pub reconnect_backoff_max: Duration,
    /// Sent in one SUBSCRIBE.
    pub subscriptions: Vec<SubscriptionRequest>,
    /// The largest packet that is accepted from the broker, in bytes.
    pub inbound_packet_limit: usize,
}

/// One filter of the SUBSCRIBE packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRequest {
    /// The filter as it goes on the wire, `$share/<group>/` included.
    pub filter: String,
    /// The QoS asked for.
    pub qos: QoS,
}

/// MQTT quality of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QoS {
    /// 0: no acknowledgement.
    AtMostOnce = 0,
    /// 1: PUBACK.
    AtLeastOnce = 1,
    /// 2: PUBREC, PUBREL, PUBCOMP.
    ExactlyOnce = 2,
}

/// A number that is no QoS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quality of service is 0, 1 or 2, not {0}")]
pub struct NotAQoS(pub i64);

impl TryFrom<i64> for QoS {
    type Error = NotAQoS;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        match value {
            0 => Ok(Self::AtMostOnce),
            1 => Ok(Self::AtLeastOnce),
            2 => Ok(Self::ExactlyOnce),
            other => Err(NotAQoS(other)),
        }
    }
}

/// Where a broker listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort {
    /// Name or address, without the brackets of an IPv6 address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// Why a broker URI is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// No `scheme://` in front.
    #[error("'{0}' is not a broker URI; write tcp://host:port")]
    NoScheme(String),
    /// TLS and WebSocket arrive later.
    #[error("scheme '{scheme}' of '{uri}' is not supported yet; use tcp://host:port")]
    NotYet {
        /// The scheme as written.
        scheme: String,
        /// The whole URI.
        uri: String,
    },
    /// A scheme that the replaced connectors do not have either.
    #[error("unknown scheme '{scheme}' in '{uri}'; use tcp://host:port")]
    UnknownScheme {
        /// The scheme as written.
        scheme: String,
        /// The whole URI.
        uri: String,
    },
    /// Nothing between `//` and the port.
    #[error("'{0}' names no host; write tcp://host:port")]
    NoHost(String),
    /// The port is not a number from 1 to 65535.
    #[error("'{0}' has no valid port; write tcp://host:port with a port from 1 to 65535")]
    BadPort(String),
    /// Paths, queries and user names do not belong into a broker URI.
    #[error("'{0}' has more than a host and a port; write tcp://host:port")]
    Surplus(String),
}

/// The port of `tcp://host` without one, as the replaced connectors assume it.
const DEFAULT_TCP_PORT: u16 = 1883;

impl HostPort {
    /// Reads `tcp://host[:port]`; an IPv6 address stands in brackets.
    pub fn parse_uri(uri: &str) -> Result<Self, UriError> {
        let (scheme, rest) =
            uri.split_once("://").ok_or_else(|| UriError::NoScheme(uri.to_owned()))?;
        match scheme.to_ascii_lowercase().as_str() {
            "tcp" => {}
            "ssl" | "ws" | "wss" => {
                return Err(UriError::NotYet { scheme: scheme.to_owned(), uri: uri.to_owned() })
            }
            _ => {
                return Err(UriError::UnknownScheme {
                    scheme: scheme.to_owned(),
                    uri: uri.to_owned(),
                })
            }
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@']) {
            return Err(UriError::Surplus(uri.to_owned()));
        }
        let (host, port) = if let Some(bracketed) = rest.strip_prefix('[') {
            let (host, after) =
                bracketed.split_once(']').ok_or_else(|| UriError::NoHost(uri.to_owned()))?;
            (host, after.strip_prefix(':'))
        } else {
            match rest.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            }
        };
        if host.is_empty() {
            return Err(UriError::NoHost(uri.to_owned()));
        }
        let port = match port {
            None => DEFAULT_TCP_PORT,
            Some(text) => match text.parse() {
                Ok(port) if port > 0 => port,
                _ => return Err(UriError::BadPort(uri.to_owned())),
            },
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "tcp://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "tcp://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> (String, u16) {
        let host = HostPort::parse_uri(uri).unwrap();
        (host.host, host.port)
    }

    #[test]
    fn reads_names_addresses_and_the_default_port() {
        assert_eq!(read("tcp://broker:1884"), ("broker".into(), 1884));
        assert_eq!(read("TCP://10.0.0.1"), ("10.0.0.1".into(), 1883));
        assert_eq!(read("tcp://[::1]:1885/"), ("::1".into(), 1885));
        assert_eq!(
            HostPort::parse_uri("tcp://[::1]").map(|h| h.to_string()).unwrap(),
            "tcp://[::1]:1883"
        );
    }

    #[test]
    fn says_what_is_wrong() {
        for (uri, want) in [
            ("broker:1883", "is not a broker URI"),
            ("ssl://b:8883", "not supported yet"),
            ("mqtt://b:1883", "unknown scheme 'mqtt'"),
            ("tcp://:1883", "names no host"),
            ("tcp://b:0", "no valid port"),
            ("tcp://b:70000", "no valid port"),
            ("tcp://b/x", "more than a host and a port"),
        ] {
            let text = HostPort::parse_uri(uri).unwrap_err().to_string();
            assert!(text.contains(want), "{uri}: {text}");
        }
    }

    #[test]
    fn qos_is_a_number_from_0_to_2() {
        assert_eq!(QoS::try_from(2), Ok(QoS::ExactlyOnce));
        assert_eq!(QoS::try_from(3), Err(NotAQoS(3)));
    }
}
