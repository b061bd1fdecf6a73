// The rules of a password, as the server judges them (tests/vectors/password-policy.json holds for both).
// What is common or breached only the server knows.

const rules = [
  ["uppercase", /\p{Lu}/u],
  ["lowercase", /\p{Ll}/u],
  ["number", /\p{Nd}/u],
  ["special", /[^\p{L}\p{N}]/u],
];

/**
 * The ids of the rules that a password does not meet, in the order in which they are shown.
 * Length counts code points after NFKC, not UTF-16 units.
 */
export function unmet(password, minimum, composition) {
  const text = password.normalize("NFKC");
  const missing = [...text].length < minimum ? ["length"] : [];
  if (composition) {
    for (const [id, pattern] of rules) {
      if (!pattern.test(text)) missing.push(id);
    }
  }
  return missing;
}
