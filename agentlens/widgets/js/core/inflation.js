// By how much does memory inflate the variance of an EWMA?
// The reference is stats/normal/memory.py; vectors hold both together.

const FAINT = 1e-4;
const MOST_DAMPED = 2000;
// The number of lags is a ceiling, and the last digit of a logarithm must not decide on it.
const ROUNDING = 1e-9;

// 1 + 2 Σ ρ_k (1 - lam)^k, and never below one: limits are not narrowed on the word of an estimate.
export function inflationOf(memory, lam) {
  if (lam >= 1) return 1;
  const lags = Math.min(MOST_DAMPED, Math.ceil(Math.log(FAINT) / Math.log(1 - lam) - ROUNDING));
  const [a, b, c] = memory;
  const one = (a + b * c) / (1 - b - (a + c) * c);
  const two = a * one + b + c * one;
  const rho = [one, two, a * two + b * one + c];
  let sum = 0;
  for (let lag = 0; lag < lags; lag += 1) {
    if (lag >= 3) rho[lag] = a * rho[lag - 1] + b * rho[lag - 2] + c * rho[lag - 3];
    sum += rho[lag] * (1 - lam) ** (lag + 1);
  }
  return Math.max(1, 1 + 2 * sum);
}
