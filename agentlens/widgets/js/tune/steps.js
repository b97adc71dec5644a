// Which values does a knob pass through, and how is a setting said?

// The value at a place of a slider: one of those that Python computed for, else a step of the range.
export function stepAt(knob, ticks, place) {
  if (ticks) return ticks[Math.max(0, Math.min(place, ticks.length - 1))];
  if (place >= knob.positions - 1) return knob.high;
  return place > 0 ? Number((knob.low + place * knob.step).toFixed(knob.digits)) : knob.low;
}

export const stepCount = (knob, ticks) => (ticks ? ticks.length : knob.positions);

// The place nearest to a value.
export function stepOf(knob, ticks, value) {
  if (!ticks) {
    const place = Math.round((value - knob.low) / knob.step);
    return value >= knob.high ? knob.positions - 1 : Math.max(0, Math.min(place, knob.positions - 1));
  }
  let best = 0;
  ticks.forEach((tick, place) => {
    if (Math.abs(tick - value) < Math.abs(ticks[best] - value)) best = place;
  });
  return best;
}

// What was typed as a number of this knob: { value } or { problem }.
export function stepTyped(knob, ticks, text) {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) {
    return { problem: `${knob.name} is a number, not “${text}”.` };
  }
  if (knob.integer && !Number.isInteger(number)) {
    return { problem: `${knob.name} is a whole number, not ${text}.` };
  }
  if (knob.kind === "range" && !(number >= knob.low && number <= knob.high)) {
    return { problem: `${knob.name} lies from ${knob.low} to ${knob.high}, not at ${text}.` };
  }
  return { value: ticks ? stepAt(knob, ticks, stepOf(knob, ticks, number)) : number };
}

// A number with no more than four digits that say something; those a person chose stay whole.
export const stepNumber = (value) =>
  Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);

export function stepWords(knob, value) {
  const unit = knob.unit ? ` ${knob.unit}` : "";
  if (value === null) return "solved";
  if (knob.kind === "choice") return knob.options[value][0];
  if (knob.kind === "switch") return value ? "on" : "off";
  return knob.kind === "text" ? value : `${stepNumber(value)}${unit}`;
}

export const settingWords = (knobs, values) =>
  knobs.map((knob) => `${knob.name} ${stepWords(knob, values[knob.name])}`).join(", ");

export const sameSetting = (names, one, other) => names.every((name) => one[name] === other[name]);
