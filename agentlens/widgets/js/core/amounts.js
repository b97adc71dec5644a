// How does a number become words in the browser? As text.py says it; tests hold both together.

const commas = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

// With so many decimals; an exact half goes to the even digit, as it does in Python.
function decimals(value, places) {
  const size = Math.abs(value);
  const half = (size * 2 ** (places + 1)) % 2 === 1;
  const lower = Math.floor(size * 10 ** places);
  const rounded = half ? lower + (lower % 2) : null;
  const [whole, rest] = (half ? rounded / 10 ** places : size).toFixed(places).split(".");
  const sign = value < 0 ? "-" : "";
  return `${sign}${commas(whole)}${rest ? `.${rest}` : ""}`;
}

// A number with this many significant digits, and no exponent where that stays short.
export function significantWords(value, digits = 3) {
  if (Number.isNaN(value)) return "unknown";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinite";
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -6) {
    const [front, back] = value.toExponential(digits - 1).split("e");
    const power = Math.abs(Number(back));
    return `${front}e${back[0]}${String(power).padStart(2, "0")}`;
  }
  return decimals(value, Math.max(digits - 1 - exponent, 0));
}

// A share as percent, with a decimal only where at least 200 rows carry it.
export function shareWords(value, n = null) {
  if (Number.isNaN(value)) return "unknown";
  if (Math.abs(value) > 0 && Math.abs(value) < 0.001) return `${significantWords(100 * value, 2)}%`;
  return `${decimals(100 * value, n === null || n >= 200 ? 1 : 0).replaceAll(",", "")}%`;
}

// A count with thousands separators.
export const countWords = (n) => (Number.isNaN(n) ? "unknown" : decimals(n, 0));
