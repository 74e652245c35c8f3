//! DNS look-ups: the proof that a domain is a tenant's own.

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;

/// Asks the system's resolvers.
pub struct SystemResolver(TokioResolver);

impl SystemResolver {
    /// With the system's configuration.
    ///
    /// # Errors
    /// When the system has none that can be read.
    pub fn try_new() -> Result<Self, String> {
        let builder = TokioResolver::builder_tokio().map_err(|error| error.to_string())?;
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// The texts of a name's TXT records; none when the name or the records do not exist.
    ///
    /// # Errors
    /// When no resolver answers.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        match self.0.txt_lookup(name).await {
            Ok(found) => Ok(found.answers().iter().filter_map(|record| text(&record.data)).collect()),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A record's strings joined, as RFC 7208 joins them.
fn text(data: &RData) -> Option<String> {
    let RData::TXT(txt) = data else { return None };
    let bytes: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).collect();
    String::from_utf8(bytes).ok()
}
