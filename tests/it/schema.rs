//! What is generated is current: `schema.graphql`, which is its own manual, and `docs/RULES.md`.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RULES.md");

#[test]
fn schema_graphql_is_current() {
    let current = passerelle::graphql::sdl();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(FILE, &current).expect("a writable file");
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(kept == current, "the schema changed: run UPDATE_SCHEMA=1 cargo test --test it schema");
}

#[test]
fn the_page_for_people_is_current() {
    let current = passerelle::rules::book_markdown();
    if std::env::var_os("UPDATE_RULES").is_some() {
        std::fs::write(RULES, &current).expect("a writable file");
    }
    let kept = std::fs::read_to_string(RULES).unwrap_or_default();
    assert!(kept == current, "the rules changed: run UPDATE_RULES=1 cargo test --test it schema");
}

#[test]
fn everything_is_described() {
    let sdl = passerelle::graphql::sdl();
    let document = parse_schema(&sdl).expect("a schema");
    let mut missing = Vec::new();
    let mut count = 0;
    let mut check = |name: String, description: Option<&str>| {
        count += 1;
        if description.is_none_or(|text| text.trim().len() < 5) {
            missing.push(name);
        }
    };
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(found) = definition else { continue };
        let found = &found.node;
        let name = &found.name.node;
        check(name.to_string(), found.description.as_ref().map(|text| text.node.as_str()));
        let fields = match &found.kind {
            TypeKind::Object(object) => &object.fields[..],
            TypeKind::Interface(interface) => &interface.fields[..],
            _ => &[],
        };
        for field in fields {
            let field = &field.node;
            let path = format!("{name}.{}", field.name.node);
            check(path.clone(), field.description.as_ref().map(|text| text.node.as_str()));
            for argument in &field.arguments {
                let argument = &argument.node;
                let description = argument.description.as_ref().map(|text| text.node.as_str());
                check(format!("{path}({}:)", argument.name.node), description);
            }
        }
        if let TypeKind::InputObject(input) = &found.kind {
            for field in &input.fields {
                let field = &field.node;
                let description = field.description.as_ref().map(|text| text.node.as_str());
                check(format!("{name}.{}", field.name.node), description);
            }
        }
        if let TypeKind::Enum(values) = &found.kind {
            for value in &values.values {
                let value = &value.node;
                let description = value.description.as_ref().map(|text| text.node.as_str());
                check(format!("{name}.{}", value.value.node), description);
            }
        }
    }
    assert!(missing.is_empty(), "without a description: {missing:#?}");
    assert!(count > 400, "{count} descriptions");
}
