export function packedReadme(path: string, repository: string, platform: string): string;
