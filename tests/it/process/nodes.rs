//! Several nodes over one PostgreSQL.

use super::person::Person;
use super::program::{Server, Site};
use crate::support::{Backend, PASSWORD, rounds};

fn four_at_once(sites: &[Site]) -> Vec<Server> {
    let nodes: Vec<Server> = sites.iter().map(|site| site.launch(&["serve"])).collect();
    for node in &nodes {
        node.wait_until_ready();
        Person::at(node).get("/health/ready").is(200);
    }
    nodes
}

#[test]
fn four_that_start_at_the_same_moment() {
    for round in 0..rounds() {
        let mut first = Site::new(Backend::Postgres);
        // On a shared volume, where the first one makes it.
        first.set("key_file", &first.path("shared.key").display().to_string());
        let sites = [first.another(), first.another(), first.another(), first.another()];
        let nodes = four_at_once(&sites);
        let links: Vec<String> = nodes.iter().map(|node| node.link().unwrap()).collect();
        // Each link opens on each node.
        for (link, node) in links.iter().zip(nodes.iter().cycle().skip(1)) {
            Person::at(node).get(link).is(200);
        }
        let mut waiting = Person::at(&nodes[0]);
        waiting.get(&links[0]).is(200);
        let mut mira = Person::at(&nodes[1]);
        mira.set_up(&links[2], "mira@example.com", PASSWORD).leads_to("/settings/security");
        for link in &links {
            Person::at(&nodes[round % 4]).get(link).is(404);
        }
        let fields = [
            ("name", "Eve"),
            ("email", "eve@example.com"),
            ("new_password", PASSWORD),
            ("confirm_new_password", PASSWORD),
        ];
        waiting.post(&links[0], &fields).is(404);
        for node in &nodes {
            mira.moves_to(node);
            assert!(mira.is_signed_in());
        }
        let ran = first.run(&["migrate", "--json"]).ended(0);
        assert_eq!(ran.json()["from"], ran.json()["to"]);
        for node in nodes {
            node.stop().ended(0);
        }
    }
}

#[test]
fn a_node_needs_the_same_key_file() {
    let first = Site::new(Backend::Postgres);
    let node = first.start();
    let second = first.another();
    second.launch(&["serve"]).end().ended(3).says("Copy the key file of the node");
    std::fs::copy(
        first.path("portcullis-data/portcullis.key"),
        second.path("portcullis-data/portcullis.key"),
    )
    .unwrap();
    let other = second.start();
    Person::at(&other).get(&node.link().unwrap()).is(200);
    other.stop().ended(0);
    node.stop().ended(0);
}
