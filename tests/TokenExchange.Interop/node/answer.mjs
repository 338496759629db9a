// What every script here does: read the environment, and say what came of it in one line of JSON, exit 0 or 1.

export function required(name) {
  const value = process.env[name];
  if (!value) {
    throw Object.assign(new Error(`The environment variable ${name} is not set.`), { error: 'missing_input' });
  }
  return value;
}

export async function answer(work, describe) {
  try {
    console.log(JSON.stringify(await work()));
  } catch (failure) {
    console.log(JSON.stringify(describe(failure)));
    process.exitCode = 1;
  }
}
