export function writtenNotices(metafiles: readonly { readonly inputs: Readonly<Record<string, unknown>> }[]): string;
export function packageFolder(path: string): string | undefined;
export function noticeOf(folder: string): string;
export function isPermissive(expression: unknown): boolean;
