const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);

/** Python's `strftime` of a local time, in the words of the C locale. */
export function strftime(now: Date, format: string): string {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const [hour, minute, second, weekday] = [now.getHours(), now.getMinutes(), now.getSeconds(), now.getDay()];
  const yearDay = Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000);
  const week = (first: number): number => Math.floor((yearDay + 7 - ((weekday + 7 - first) % 7)) / 7);
  const twelve = hour % 12 || 12;
  const [isoYear, isoWeek] = isoWeekOf(now);
  const parts: Readonly<Record<string, () => string>> = {
    a: () => days[weekday]!.slice(0, 3),
    A: () => days[weekday]!,
    b: () => months[month]!.slice(0, 3),
    h: () => months[month]!.slice(0, 3),
    B: () => months[month]!,
    c: () => strftime(now, '%a %b %e %H:%M:%S %Y'),
    C: () => two(Math.floor(year / 100)),
    d: () => two(day),
    D: () => strftime(now, '%m/%d/%y'),
    e: () => two(day, ' '),
    f: () => String(now.getMilliseconds() * 1000).padStart(6, '0'),
    F: () => strftime(now, '%Y-%m-%d'),
    g: () => two(isoYear % 100),
    G: () => String(isoYear),
    H: () => two(hour),
    I: () => two(twelve),
    j: () => String(yearDay + 1).padStart(3, '0'),
    k: () => two(hour, ' '),
    l: () => two(twelve, ' '),
    m: () => two(month + 1),
    M: () => two(minute),
    n: () => '\n',
    p: () => (hour < 12 ? 'AM' : 'PM'),
    P: () => (hour < 12 ? 'am' : 'pm'),
    r: () => strftime(now, '%I:%M:%S %p'),
    R: () => strftime(now, '%H:%M'),
    s: () => String(Math.floor(now.getTime() / 1000)),
    S: () => two(second),
    t: () => '\t',
    T: () => strftime(now, '%H:%M:%S'),
    u: () => String(weekday || 7),
    U: () => two(week(0)),
    V: () => two(isoWeek),
    w: () => String(weekday),
    W: () => two(week(1)),
    x: () => strftime(now, '%m/%d/%y'),
    X: () => strftime(now, '%H:%M:%S'),
    y: () => two(year % 100),
    Y: () => String(year),
    // A time without a zone, as Python's `datetime.now()` is.
    z: () => '',
    Z: () => '',
    '%': () => '%',
  };
  return format.replace(/%(-?)([A-Za-z%])/g, (whole, bare: string, letter: string) => {
    const written = parts[letter]?.();
    if (written === undefined) return whole;
    return bare ? written.replace(/^[0 ]+(?=\d)/, '') : written;
  });
}

/** Year and week of ISO 8601: the week of a day is that of its Thursday. */
function isoWeekOf(date: Date): readonly [number, number] {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  return [year, Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7)];
}
