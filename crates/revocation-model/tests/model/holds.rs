//! With all rules kept, the promise holds.

use crate::scenes;
use crate::walk::holds;

macro_rules! hold {
    ($($scene:ident)*) => {$(
        #[test]
        fn $scene() {
            holds(stringify!($scene), scenes::$scene());
        }
    )*};
}

hold! {
    one_lease
    two_nodes
    swept
    come_and_go
    killed
    many_changes
    one_epoch
    filled_under_leases
    shared_fills
    repeated
}

macro_rules! hold_long {
    ($($name:ident: $scene:ident)*) => {$(
        #[test]
        #[ignore = "the long lane"]
        fn $name() {
            holds(stringify!($scene), scenes::$scene());
        }
    )*};
}

hold_long! {
    long_lease: long_lease
    long_two_nodes_fine: two_nodes_fine
    long_two_nodes_swept: two_nodes_swept
    long_two_nodes_come_and_go: two_nodes_come_and_go
    long_two_nodes_changes: two_nodes_changes
    long_three_nodes: three_nodes
}
