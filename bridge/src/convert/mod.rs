//! placeholder
pub struct BytesRecordEncoder;
