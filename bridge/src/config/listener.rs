//! Where the worker's REST listens: `http://host:port`, by the grammar of Kafka Connect.

use std::fmt;

/// One listener. An empty host is every interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Name or address, without the brackets of an IPv6 address.
    pub host: String,
    /// 0 lets the system choose.
    pub port: u16,
}

/// Why a listener is refused. The first two texts are Kafka's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListenerError {
    /// Not `protocol://hostname:port`.
    #[error("Listener doesn't have the right format (protocol://hostname:port).")]
    Format,
    /// Neither http nor https.
    #[error("Listener protocol must be either \"http\" or \"https\".")]
    Protocol,
    /// TLS arrives later.
    #[error("https listeners are not supported yet; use http")]
    NotYet,
    /// Not a port number.
    #[error("{0} is no port; write a number from 0 to 65535")]
    Port(String),
}

impl Listener {
    /// Reads one item of `listeners`.
    pub fn parse(text: &str) -> Result<Self, ListenerError> {
        let (protocol, rest) = text.rsplit_once("://").ok_or(ListenerError::Format)?;
        let (host, port) = rest.rsplit_once(':').ok_or(ListenerError::Format)?;
        let host = host.strip_prefix('[').unwrap_or(host);
        let host = host.strip_suffix(']').unwrap_or(host);
        let legal = |c: char| c.is_ascii_alphanumeric() || "-%._:".contains(c);
        let digits = port.strip_prefix('-').unwrap_or(port);
        if !host.chars().all(legal)
            || digits.is_empty()
            || !digits.chars().all(|c| c.is_ascii_digit())
        {
            return Err(ListenerError::Format);
        }
        match protocol.to_ascii_lowercase().as_str() {
            "http" => {}
            "https" => return Err(ListenerError::NotYet),
            _ => return Err(ListenerError::Protocol),
        }
        let port = port.parse().map_err(|_| ListenerError::Port(port.to_owned()))?;
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "http://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "http://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hosts_ports_and_brackets() {
        for (text, host, port) in [
            ("http://:8083", "", 8083),
            ("HTTP://127.0.0.1:0", "127.0.0.1", 0),
            ("http://[::1]:8083", "::1", 8083),
            ("http://my-host.local:1", "my-host.local", 1),
        ] {
            assert_eq!(Listener::parse(text), Ok(Listener { host: host.into(), port }), "{text}");
        }
        assert_eq!(Listener::parse("http://[::1]:1").unwrap().to_string(), "http://[::1]:1");
    }

    #[test]
    fn refuses_with_kafkas_words() {
        for text in ["8083", "http://x", "http://a b:1", "http://x:", "http://x:8o"] {
            assert_eq!(
                Listener::parse(text).unwrap_err().to_string(),
                "Listener doesn't have the right format (protocol://hostname:port).",
                "{text}"
            );
        }
        assert_eq!(
            Listener::parse("ftp://x:1").unwrap_err().to_string(),
            "Listener protocol must be either \"http\" or \"https\"."
        );
        assert_eq!(Listener::parse("https://x:1"), Err(ListenerError::NotYet));
        assert_eq!(Listener::parse("http://x:70000"), Err(ListenerError::Port("70000".into())));
        assert_eq!(Listener::parse("http://x:-1"), Err(ListenerError::Port("-1".into())));
    }
}
