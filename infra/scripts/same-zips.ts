// A plugin of serverless.yml. Sets a fixed umask, because a zip contains file modes and would otherwise differ between machines.
export default class SameZips {
  constructor() {
    process.umask(0o022);
  }
}
