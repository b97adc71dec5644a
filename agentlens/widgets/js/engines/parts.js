// Which of the numbers that Python sent beside a state are which?

// By name, the numbers of each array; `places` says where each begins and how long it is.
export const numbersOf = (places, numbers) =>
  Object.fromEntries(
    Object.entries(places).map(([name, [from, length]]) => [name, numbers.slice(from, from + length)]),
  );
