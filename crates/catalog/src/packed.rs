//! Long values in one column: what a file would change, what a source told. JSON, because it is read again by later
//! versions; deflated, because it says the same words a hundred thousand times.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use platform::{Error, Result};
use serde::de::DeserializeOwned;

/// What a deflated value begins with; JSON never does.
const MARK: [u8; 2] = [0x1f, 0x8b];

/// Deflates the JSON of a value.
pub(crate) fn pack(json: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::with_capacity(json.len() / 8), Compression::fast());
    packed.write_all(json).map_err(Error::internal)?;
    packed.finish().map_err(Error::internal)
}

/// Whether a column holds a deflated value; before there were any, it held plain JSON.
pub(crate) fn is_packed(column: &[u8]) -> bool {
    column.starts_with(&MARK)
}

/// The value of a column, deflated or not.
pub(crate) fn unpack<T: DeserializeOwned>(column: &[u8]) -> Result<T> {
    if !is_packed(column) {
        return Ok(serde_json::from_slice(column)?);
    }
    let mut json = Vec::new();
    GzDecoder::new(column).read_to_end(&mut json).map_err(Error::internal)?;
    Ok(serde_json::from_slice(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_again_and_so_is_what_never_was() {
        let json = format!("[{}\"register\"]", "\"register\",".repeat(1_000));
        let packed = pack(json.as_bytes()).unwrap();
        assert!(packed.len() * 20 < json.len(), "{} of {}", packed.len(), json.len());
        assert_eq!(unpack::<Vec<String>>(&packed).unwrap().len(), 1_001);
        assert_eq!(unpack::<Vec<String>>(json.as_bytes()).unwrap().len(), 1_001);
        assert!(unpack::<Vec<String>>(&packed[..packed.len() - 9]).is_err());
    }
}
