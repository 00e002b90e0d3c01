'use strict'
const crypto = require('crypto')
const fs = require('fs')
const { isEnterprise } = require('./artifacts.js')
const { send, call } = require('./http.js')
const { putBlob, getInParts } = require('./blobs.js')

const version = path => crypto.createHash('sha256').update([path, '1.0'].join('|')).digest('hex')

/// The older service is spoken to where the server is taken for an enterprise's.
const isOlder = () => isEnterprise() || !process.env.ACTIONS_CACHE_SERVICE_V2

function older(method, resource, headers, body) {
  const url = `${process.env.ACTIONS_CACHE_URL}_apis/artifactcache/${resource}`
  return send(method, new URL(url), {
    Authorization: `Bearer ${process.env.ACTIONS_RUNTIME_TOKEN}`, Accept: 'application/json;api-version=6.0-preview.1', ...headers
  }, body)
}

const json = { 'Content-Type': 'application/json' }

async function saveCache(key, path) {
  const bytes = fs.readFileSync(path)
  return isOlder() ? saveOlder(key, path, bytes) : saveNewer(key, path, bytes)
}

async function saveNewer(key, path, bytes) {
  const { ok, signed_upload_url: address } = await call(
    'CacheService', 'CreateCacheEntry', { key, version: version(path) })
  if (!ok) throw new Error('Unable to reserve cache')
  await putBlob(address, bytes)
  const done = await call(
    'CacheService', 'FinalizeCacheEntryUpload', { key, version: version(path), size_bytes: String(bytes.length) })
  if (!done.ok) throw new Error('Unable to finalize cache')
  return parseInt(done.entry_id)
}

async function saveOlder(key, path, bytes) {
  const reserved = await older(
    'POST', 'caches', json, JSON.stringify({ key, version: version(path), cacheSize: bytes.length }))
  const answer = JSON.parse(reserved.body.toString())
  if (!answer.cacheId) throw new Error(`Unable to reserve cache: ${answer.message}`)
  const half = Math.ceil(bytes.length / 2)
  await Promise.all([[0, half], [half, bytes.length]].filter(([start, end]) => start < end).map(async ([start, end]) => {
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Range': `bytes ${start}-${end - 1}/*` }
    const response = await older('PATCH', `caches/${answer.cacheId}`, headers, bytes.subarray(start, end))
    if (response.status !== 204) throw new Error(`Cache service responded with ${response.status} during upload chunk.`)
  }))
  const done = await older('POST', `caches/${answer.cacheId}`, json, JSON.stringify({ size: bytes.length }))
  if (done.status !== 204) throw new Error(`Cache service responded with ${done.status} during commit cache.`)
  return answer.cacheId
}

async function restoreCache(keys, path) {
  return isOlder() ? restoreOlder(keys, path) : restoreNewer(keys, path)
}

async function restoreNewer(keys, path) {
  const found = await call(
    'CacheService', 'GetCacheEntryDownloadURL', { key: keys[0], restore_keys: keys.slice(1), version: version(path) })
  if (!found.ok) return 'nothing'
  fs.writeFileSync(path, await getInParts(found.signed_download_url, 4 * 1024 * 1024))
  return found.matched_key
}

async function restoreOlder(keys, path) {
  const found = await older('GET', `cache?keys=${encodeURIComponent(keys.join(','))}&version=${version(path)}`, {})
  if (found.status === 204) return 'nothing'
  if (found.status !== 200) throw new Error(`Cache service responded with ${found.status}`)
  const entry = JSON.parse(found.body.toString())
  const file = await send('GET', new URL(entry.archiveLocation), {})
  if (file.body.length !== parseInt(file.headers['content-length'])) throw new Error('Incomplete download')
  fs.writeFileSync(path, file.body)
  return entry.cacheKey
}

module.exports = { saveCache, restoreCache }
