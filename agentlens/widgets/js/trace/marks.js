// Which places of a text were covered or cut before it came here? (knows no page)

const TRACE_TOKEN = /<[A-Z][A-Z_]{1,30}_(?:[A-Z2-7]{4}|[A-Z2-7]{20}|[0-9]{1,7})>|⟪… [\d,]+ characters cut …⟫|\[REDACTED\]/g;

// The text in pieces: { text, what }, where what is "redacted", "cut" or "".
export function traceMarks(text) {
  const found = [];
  let from = 0;
  for (const { 0: token, index } of text.matchAll(TRACE_TOKEN)) {
    if (index > from) found.push({ text: text.slice(from, index), what: "" });
    found.push({ text: token, what: token.startsWith("⟪") ? "cut" : "redacted" });
    from = index + token.length;
  }
  if (from < text.length || !found.length) found.push({ text: text.slice(from), what: "" });
  return found;
}
