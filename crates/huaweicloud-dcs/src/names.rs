//! Names of outcomes, steps and conditions, by which they are shown and serialized.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::cut_over::{CutOverOutcome, RollBackEnd, StepKind, StepState};
use crate::wait::{Condition, StopEnd};

macro_rules! by_name {
    ($($type:ty),+) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )+};
}

macro_rules! names {
    ($($type:ident { $($variant:ident => $name:literal,)+ })+) => {
        $(impl $type {
            /// The name in lower case, for logs and reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        })+
        by_name!($($type),+);
    };
}

names! {
    Condition {
        AwaitsConfiguration => "awaits_configuration",
        IncrementalPhase => "incremental_phase",
        Copied => "copied",
        Stopped => "stopped",
        Finished => "finished",
        IpsExchanged => "ips_exchanged",
        IpsRolledBack => "ips_rolled_back",
    }
    CutOverOutcome {
        Stopped => "stopped",
        AlreadyStopped => "already_stopped",
        Exchanged => "exchanged",
        AlreadyExchanged => "already_exchanged",
    }
    RollBackEnd {
        RolledBack => "rolled_back",
        AlreadyRolledBack => "already_rolled_back",
    }
    StepKind {
        Checked => "checked",
        LagReached => "lag_reached",
        LagIgnored => "lag_ignored",
        Stopped => "stopped",
        Exchanged => "exchanged",
        Confirmed => "confirmed",
    }
    StepState {
        Sending => "sending",
        Done => "done",
        Skipped => "skipped",
        MayHaveBeenApplied => "may_have_been_applied",
        Refused => "refused",
        RefusedForNow => "refused_for_now",
        NotSent => "not_sent",
    }
}
by_name!(StopEnd);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::TaskStatus;

    /// The name of a variant in snake case, without its value.
    fn snake(variant: &impl fmt::Debug) -> String {
        let variant = format!("{variant:?}");
        let mut name = String::new();
        for c in variant.chars().take_while(|&c| c != '(') {
            if c.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(c.to_lowercase());
        }
        name
    }

    #[test]
    fn names_are_variants_in_snake_case_as_text_and_in_json() {
        macro_rules! check {
            ($type:ident: $($variant:ident $(($value:expr))?),+) => {$(
                let value = $type::$variant $(($value))?;
                let name = snake(&value);
                assert_eq!((value.as_str(), value.to_string()), (name.as_str(), name.clone()));
                assert_eq!(serde_json::to_value(&value).unwrap(), name);
            )+};
        }
        check!(Condition: AwaitsConfiguration, IncrementalPhase, Copied, Stopped, Finished, IpsExchanged, IpsRolledBack);
        check!(CutOverOutcome: Stopped, AlreadyStopped, Exchanged, AlreadyExchanged);
        check!(RollBackEnd: RolledBack, AlreadyRolledBack);
        check!(StepKind: Checked, LagReached, LagIgnored, Stopped, Exchanged, Confirmed);
        check!(StepState: Sending, Done, Skipped, MayHaveBeenApplied, Refused, RefusedForNow, NotSent);
        check!(StopEnd: Stopped, AlreadyStopped, Ended(TaskStatus::Released));
    }

    #[test]
    fn names_are_padded_to_a_width() {
        assert_eq!(format!("{:<9}|", CutOverOutcome::Stopped), "stopped  |");
    }
}
