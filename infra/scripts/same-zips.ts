// A plugin of serverless.yml: a zip holds the modes of its files, so that the same sources give the same bytes under any umask.
export default class SameZips {
  constructor() {
    process.umask(0o022);
  }
}
