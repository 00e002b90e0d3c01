// A client of the services of artifacts and caches that does what @actions/artifact 2 and @actions/cache 4 do, written from the
// protocols that they speak: the same calls in the same order, with the same headers.
'use strict'
const fs = require('fs')
const { isEnterprise, uploadArtifact, downloadArtifact, listArtifacts, deleteArtifact } = require('./artifacts.js')
const { saveCache, restoreCache } = require('./caches.js')
const { send } = require('./http.js')

const input = name => process.env[`INPUT_${name.toUpperCase()}`] || ''

const work = {
  upload: () => uploadArtifact(input('name'), fs.readFileSync(input('path'))),
  download: async () => fs.writeFileSync(input('path'), await downloadArtifact(input('name'))),
  list: async () => (await listArtifacts()).map(artifact => artifact.name).sort().join(','),
  delete: () => deleteArtifact(input('name')),
  save: () => saveCache(input('keys'), input('path')),
  restore: () => restoreCache(input('keys').split(','), input('path')),
  // What somebody without the job's token gets.
  forbidden: async () => {
    const url = new URL('/twirp/github.actions.results.api.v1.ArtifactService/ListArtifacts', process.env.ACTIONS_RESULTS_URL)
    return (await send('POST', url, { Authorization: 'Bearer of.another.job', 'Content-Type': 'application/json' }, '{}')).status
  }
}

async function main() {
  console.log(`enterprise ${isEnterprise()}`)
  const result = await work[input('do')]()
  console.log(`result ${result}`)
  fs.appendFileSync(process.env.GITHUB_OUTPUT, `result=${result ?? ''}\n`)
}

main().catch(error => {
  console.log(`::error::${error.message}`)
  process.exitCode = 1
})
