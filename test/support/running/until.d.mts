export const longestMilliseconds: number;

export interface UntilOptions {
  readonly seen?: () => string | Promise<string>;
  readonly longest?: number;
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

export function until<T>(what: string, look: () => T | Promise<T>, options?: UntilOptions): Promise<Truthy<T>>;

export function untilHolds(what: string, assertion: () => void | Promise<void>, options?: UntilOptions): Promise<true>;
