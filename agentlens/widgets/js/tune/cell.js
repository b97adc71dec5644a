// Which cell gives this setting without any knobs?

export function cellText(pieces, knobs, values) {
  const known = Object.fromEntries(knobs.map((knob) => [knob.name, knob]));
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const value = values[piece.knob];
      return value === null ? "" : piece.lead + cellValue(known[piece.knob], value) + piece.tail;
    })
    .join("");
}

function cellValue(knob, value) {
  if (knob.kind === "choice") return knob.codes[value];
  if (knob.kind === "switch") return value ? "True" : "False";
  return JSON.stringify(value);
}
