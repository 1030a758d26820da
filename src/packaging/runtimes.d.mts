export const platforms: readonly string[];
export function whyNotPackaged(platform: string, folder?: string): string | undefined;
export function runtimeBinaries(platform: string, folder?: string): readonly string[];
