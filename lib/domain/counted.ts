/** "1 job" or "12 jobs". `noun`: in the singular. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
