/** The number in the middle; of an even count the upper of the two. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
