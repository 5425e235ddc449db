//! Converters (stand-in).
#![allow(missing_docs)]
use std::fmt;
#[derive(Debug, Clone)]
pub struct BytesRecordEncoder;
#[derive(Debug)]
pub struct ConvertError;
impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("conversion failed")
    }
}
impl BytesRecordEncoder {
    pub fn key(&self, topic: &str, packet_id: u16, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(format!("Struct{{topic={topic},id={packet_id}}}").as_bytes());
    }
    pub fn value<'a>(
        &self,
        payload: &'a [u8],
        _scratch: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], ConvertError> {
        Ok(payload)
    }
}
