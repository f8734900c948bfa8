/** Asks the test how this invocation should end. */
async function invocation(name) {
  const fate = await (await fetch(`${process.env.FATES_URL}/${name}`)).text();
  if (fate === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (fate === "throw") throw new Error("thrown by the test");
  if (fate === "crash") {
    setTimeout(() => {
      throw new Error("uncaught in the test");
    });
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return { statusCode: 200, body: fate };
}

export const api = () => invocation("api");
export const poll = () => invocation("poll");
