// Loaded first by the scripts of package.json. Plain JavaScript, since it must run on an old Node too.

const MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < MAJOR) {
  console.error(
    `sfs-jobwatch needs Node ${MAJOR}, and this is Node ${process.versions.node}. \`npm ci\` installs Node ${MAJOR} with an install script, ` +
      "which has not run here. Run: npm rebuild node --ignore-scripts=false",
  );
  process.exit(69);
}
