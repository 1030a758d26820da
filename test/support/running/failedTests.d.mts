interface FailedTest {
  readonly test: string;
  readonly reason: string;
}

/** What vitest's json reporter writes, as far as it is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export function failedInReport(report: Report): readonly FailedTest[];
export function failedInLines(lines: readonly string[]): readonly FailedTest[];
