'use strict'
const crypto = require('crypto')
const { send, call } = require('./http.js')
const { putBlocks } = require('./blobs.js')

const BLOCK = 1024 * 1024

/// Whether the toolkit takes the server for an enterprise's own, for which it refuses to do anything with artifacts.
function isEnterprise() {
  const host = new URL(process.env.GITHUB_SERVER_URL || 'https://github.com').hostname.trimEnd().toUpperCase()
  return host !== 'GITHUB.COM' && !host.endsWith('.GHE.COM') && !host.endsWith('.LOCALHOST')
}

function refuseEnterprise() {
  if (isEnterprise()) throw new Error('artifacts are not supported on an enterprise server')
}

/// Run and job, from the claims of the token.
function ids() {
  const claims = JSON.parse(Buffer.from(process.env.ACTIONS_RUNTIME_TOKEN.split('.')[1], 'base64url').toString())
  const scope = claims.scp.split(' ').map(text => text.split(':')).find(
    parts => parts.length === 3 && parts[0] === 'Actions.Results')
  return { workflow_run_backend_id: scope[1], workflow_job_run_backend_id: scope[2] }
}

async function uploadArtifact(name, bytes) {
  refuseEnterprise()
  const expiry = new Date(Date.now() + 24 * 3600 * 1000).toISOString()
  const { ok, signed_upload_url: address } = await call(
    'ArtifactService', 'CreateArtifact', { ...ids(), name, expires_at: expiry, version: 4 })
  if (!ok) throw new Error('CreateArtifact: response from backend was not ok')
  await putBlocks(address, bytes, BLOCK)
  const hash = crypto.createHash('sha256').update(bytes).digest('hex')
  const done = await call(
    'ArtifactService', 'FinalizeArtifact', { ...ids(), name, size: String(bytes.length), hash: `sha256:${hash}` })
  if (!done.ok) throw new Error('FinalizeArtifact: response from backend was not ok')
  return BigInt(done.artifact_id)
}

async function listArtifacts(filter = {}) {
  refuseEnterprise()
  return (await call('ArtifactService', 'ListArtifacts', { ...ids(), ...filter })).artifacts
}

async function downloadArtifact(name) {
  const [artifact] = await listArtifacts({ name_filter: name })
  if (!artifact) throw new Error(`Artifact not found for name: ${name}`)
  const { signed_url: address } = await call('ArtifactService', 'GetSignedArtifactURL', {
    workflow_run_backend_id: artifact.workflow_run_backend_id,
    workflow_job_run_backend_id: artifact.workflow_job_run_backend_id, name
  })
  const response = await send('GET', new URL(address), {})
  if (response.status !== 200) throw new Error(`Unexpected HTTP response from blob storage: ${response.status}`)
  const hash = `sha256:${crypto.createHash('sha256').update(response.body).digest('hex')}`
  if (artifact.digest !== hash) throw new Error(`the digest is ${hash}, not ${artifact.digest}`)
  return response.body
}

async function deleteArtifact(name) {
  refuseEnterprise()
  return (await call('ArtifactService', 'DeleteArtifact', { ...ids(), name })).artifact_id
}

module.exports = { isEnterprise, uploadArtifact, listArtifacts, downloadArtifact, deleteArtifact }
