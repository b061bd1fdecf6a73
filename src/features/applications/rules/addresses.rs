use super::{AddressKind, ApplicationKind, ReturnAddress, is_registered};

/// Where an application lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses(Vec<(AddressKind, String)>);

impl Addresses {
    /// Those of one kind, in order.
    pub fn of(&self, kind: AddressKind) -> Vec<String> {
        let own = self.0.iter().filter(|(own, _)| *own == kind);
        own.map(|(_, address)| address.clone()).collect()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (AddressKind, &str)> {
        self.0.iter().map(|(kind, address)| (*kind, address.as_str()))
    }
}

impl FromIterator<(AddressKind, String)> for Addresses {
    /// Each once, in order.
    fn from_iter<I: IntoIterator<Item = (AddressKind, String)>>(addresses: I) -> Self {
        let all: std::collections::BTreeSet<_> = addresses.into_iter().collect();
        Self(all.into_iter().collect())
    }
}

/// What an address that a program presents has to be among.
#[derive(Debug, Clone)]
pub struct ReturnAddresses {
    kind: ApplicationKind,
    registered: Vec<String>,
    /// Where the gate comes back.
    of_gate: Vec<String>,
}

impl ReturnAddresses {
    pub(in crate::features::applications) const fn new(
        kind: ApplicationKind,
        registered: Vec<String>,
        of_gate: Vec<String>,
    ) -> Self {
        Self { kind, registered, of_gate }
    }

    /// Whether it is registered. What is then gone to is what was presented: it is the
    /// same but for a port on the reader's own machine.
    pub fn has(&self, presented: &str) -> bool {
        let registered = self.registered.iter().any(|own| is_registered(own, presented, self.kind));
        (registered || self.of_gate.iter().any(|own| own == presented))
            && ReturnAddress::parse(presented, self.kind).is_ok()
    }

    /// The only one, where a program need not say which.
    pub fn only(&self) -> Option<&str> {
        match self.registered.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}
