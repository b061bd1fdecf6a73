//! Whom a change is about. What is remembered of the database names those that it
//! depends on, and dies with the next change of one of them.

/// A kind of [`Subject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// Everything.
    Installation,
    /// One person.
    Account,
    /// One application.
    Application,
    /// One organisation.
    Organisation,
}

impl SubjectKind {
    const ALL: [Self; 4] =
        [Self::Installation, Self::Account, Self::Application, Self::Organisation];

    const fn tag(self) -> u8 {
        match self {
            Self::Installation => 0,
            Self::Account => 1,
            Self::Application => 2,
            Self::Organisation => 3,
        }
    }
}

/// Whom a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    kind: SubjectKind,
    id: [u8; 16],
}

impl Subject {
    /// Everything that is remembered depends on it.
    pub const INSTALLATION: Self = Self { kind: SubjectKind::Installation, id: [0; 16] };

    /// One of a kind that has ids.
    pub const fn new(kind: SubjectKind, id: [u8; 16]) -> Self {
        Self { kind, id }
    }

    /// What kind it is.
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// As it stands in the table of changes.
    fn bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        for (to, from) in bytes.iter_mut().zip(std::iter::once(self.kind.tag()).chain(self.id)) {
            *to = from;
        }
        bytes
    }

    const LENGTH: usize = 17;

    /// All of a change, one after the other.
    pub(crate) fn write(subjects: &[Self]) -> Vec<u8> {
        subjects.iter().flat_map(Self::bytes).collect()
    }

    /// What can't be read is about everything: a newer node may know kinds that this one
    /// does not.
    pub(crate) fn read(bytes: &[u8]) -> Vec<Self> {
        let mut chunks = bytes.chunks_exact(Self::LENGTH);
        let read: Option<Vec<Self>> = chunks.by_ref().map(Self::read_one).collect();
        match read {
            Some(subjects) if !subjects.is_empty() && chunks.remainder().is_empty() => subjects,
            _ => vec![Self::INSTALLATION],
        }
    }

    fn read_one(bytes: &[u8]) -> Option<Self> {
        let (tag, id) = bytes.split_first()?;
        let kind = SubjectKind::ALL.into_iter().find(|kind| kind.tag() == *tag)?;
        Some(Self { kind, id: id.try_into().ok()? })
    }
}

/// A table of which something is remembered. Who writes it has to say whom the change is
/// about: one of these kinds, or the installation.
#[derive(Debug, Clone, Copy)]
pub struct Watched {
    /// The table.
    pub table: &'static str,
    /// Kinds of subjects that what is remembered of it depends on.
    pub about: &'static [SubjectKind],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_as_they_were_written() {
        let all: Vec<Subject> =
            SubjectKind::ALL.into_iter().map(|kind| Subject::new(kind, [7; 16])).collect();
        assert_eq!(Subject::read(&Subject::write(&all)), all);
    }

    #[test]
    fn what_cannot_be_read_is_about_everything() {
        let mut unknown = Subject::write(&[Subject::new(SubjectKind::Account, [7; 16])]);
        let cut = unknown[..16].to_vec();
        unknown[0] = 99;
        for bytes in [unknown, cut, Vec::new()] {
            assert_eq!(Subject::read(&bytes), [Subject::INSTALLATION]);
        }
    }
}
