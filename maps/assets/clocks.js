// Whose clock is shown: an exercise may run ahead of ours.

export const SHIFTED_MS = 5000; // an exercise whose clock is further off runs in a time of its own
