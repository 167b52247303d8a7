//! Certificate stores that Windows exported (`.sst`).

use super::{Collector, Problem, Said, Thing, der};
use crate::error::ParseErrorKind;
use crate::windows_store::{self, StoredValue};

/// Reads an input that is such a store; false when it is none.
pub(super) fn read_all(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    if !windows_store::is_store(bytes) {
        return false;
    }
    match windows_store::read(bytes) {
        Ok(items) => {
            for item in items {
                if collector.is_cancelled() {
                    return true;
                }
                let said = Said {
                    friendly_name: item.friendly_name,
                    ..Said::default()
                };
                match item.value {
                    StoredValue::Certificate(certificate) => {
                        der::take_certificate(collector, certificate, said);
                    }
                    StoredValue::List(list) => der::take_list(collector, list, said),
                }
            }
            if collector.reading.found.is_empty() && collector.reading.problems.is_empty() {
                let what = "certificate store of Windows without certificates".to_owned();
                collector.problem(Problem::Unsupported { what });
            }
        }
        Err(error) if error.kind == ParseErrorKind::TooLarge => {
            let limit = windows_store::MAX_ITEMS;
            collector.problem(Problem::TooManyItems { limit });
        }
        Err(error) => collector.problem(Problem::Malformed {
            what: Thing::WindowsStore,
            at_byte: error.at,
        }),
    }
    true
}
