/** A text with the line ends of Windows and of old Macs as line feeds. */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n');
