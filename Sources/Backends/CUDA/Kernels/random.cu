// Philox4x32-10 (Salmon et al., SC 2011): element i looks at word i mod 4 of block i / 4.
KERNEL dropout(element *mask, i64 count, u64 key, u64 threshold, float value) {
  EACH(block, (count + 3) / 4) {
    u32 c[4] = {(u32)block, (u32)((u64)block >> 32), 0, 0}, k[2] = {(u32)key, (u32)(key >> 32)};
    for (int round = 0; round < 10; ++round) {
      u64 p = 0xD2511F53ull * c[0], q = 0xCD9E8D57ull * c[2];
      u32 next[4] = {(u32)(q >> 32) ^ c[1] ^ k[0], (u32)q, (u32)(p >> 32) ^ c[3] ^ k[1], (u32)p};
      for (int i = 0; i < 4; ++i) c[i] = next[i];
      k[0] += 0x9E3779B9u;
      k[1] += 0xBB67AE85u;
    }
    for (int i = 0; i < 4; ++i)
      if (4 * block + i < count) narrow(c[i] < threshold ? value : 0, &mask[4 * block + i]);
  }
}
