export const longestWait: number;
