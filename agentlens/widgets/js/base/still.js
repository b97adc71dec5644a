// What does a page without a kernel say of what it cannot do?

export const STILL = "This part needs a running kernel.";
