/** A search by one method and seed, with which test rows each text answers rightly, a bit a row. */
interface Result {
  readonly edition: number;
  readonly task: string;
  readonly method: string;
  readonly seed: number;
  readonly before: { readonly right: string };
  readonly after: { readonly right: string };
  readonly readability?: number;
  readonly spent: number;
  readonly seconds: number;
}

export function rewriteTable(results: readonly Result[]): string;
