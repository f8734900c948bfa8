// What parseArgs needs to know of an option, and what its help says.

/** `value`: what stands for the value in the help. */
export function text<Value extends string>(value: Value, help: string) {
  return { type: "string", value, help } as const;
}

/** An option that can be repeated. */
export function texts<Value extends string>(value: Value, help: string) {
  return { type: "string", multiple: true, value, help } as const;
}

export function flag(help: string) {
  return { type: "boolean", help } as const;
}
