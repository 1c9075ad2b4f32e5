"""Thins the reference values of a_lab, e_decode and c_metrics to small JSON files that every checkout has.

    python3 make_golden.py PATH_TO_REFERENCE      (the folder that holds a_lab, e_decode, c_metrics; needs h5py)

The same numbers come out at every run: rows are picked by a seeded generator.
"""
import json
import os
import sys

import h5py
import numpy as np

REFERENCE = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 200_000


def plain(value):
    """numpy to JSON: float32 in its own shortest form, float64 in full."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    value = np.asarray(value)
    if value.dtype == np.float32:
        return [float(str(v)) for v in value.ravel()]
    return value.ravel().tolist()


def write(name, source, values):
    made_by = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in source.attrs.items()}
    path = os.path.join(HERE, name + ".json")
    with open(path, "w") as f:
        json.dump({"made_by": made_by, **plain(values)}, f, separators=(",", ":"))
        f.write("\n")
    assert os.path.getsize(path) < LIMIT, (path, os.path.getsize(path))


def pick(rng, count, size, always=0):
    """The first `always` of `size` rows and others up to `count`, in order."""
    rest = rng.permutation(np.arange(always, size))[: count - always]
    return np.sort(np.concatenate([np.arange(always), rest]))


rng = np.random.default_rng(313)

lab = h5py.File(os.path.join(REFERENCE, "a_lab/lab.h5"))
# Corners, grays and the knee of the gamma curve come first there.
rows = pick(rng, 900, 20000, always=328)
back = lab["lab_to_rgb"]
points = pick(rng, 700, len(back["lab"]))
points = np.unique(np.concatenate([points, np.arange(len(back["lab"]) - 14, len(back["lab"]))]))
write("lab", lab, {
    "rgb": lab["rgb_to_lab/rgb"][...][rows], "lab": lab["rgb_to_lab/lab"][...][rows],
    "back_lab": back["lab"][...][points], "back_rgb": back["rgb"][...][points],
    "back_codes": back["rgb_u8"][...][points], "back_z_clipped": back["z_clipped"][...][points]})

decode = h5py.File(os.path.join(REFERENCE, "e_decode/decode.h5"))
mean = decode["annealed_mean"]
pixels = [0, 1, 11, 29]  # of 6 x 5; the first two hold the uniform and one-hot cases


def thin(dataset):
    """[n, c, 6, 5] -> [n, c, 4]"""
    x = dataset[...]
    return x.reshape(*x.shape[:-2], 30)[..., pixels]


write("annealed_mean", decode, {k: thin(mean[k]) for k in mean if not k.startswith(("gy", "gz", "ab_f32"))
                                and not k.endswith("up4")})

soft = decode["soft_encode"]
rows = pick(rng, 240, 720)
ab = soft["ab"][...].transpose(0, 2, 3, 1).reshape(-1, 2)
decoded = {k: soft[k][...].transpose(0, 2, 3, 1).reshape(-1, 2)[rows]
           for k in ("decoded_mean_5nn", "decoded_mean_10nn")}
gray = decode["soft_encode_grey"]
write("soft_encode", decode, {
    "bins": decode["bins"], "ab": ab[rows], **decoded,
    "bin_5": soft["bin_5nn"][...].reshape(-1, 5)[rows], "bin_10": soft["bin_10nn"][...].reshape(-1, 10)[rows],
    "weight_5": soft["weight_5nn"][...].reshape(-1, 5)[rows],
    "weight_10": soft["weight_10nn"][...].reshape(-1, 10)[rows],
    "far_ab": soft["far_ab"], "far_bin": soft["far_bin"], "far_weight": soft["far_weight"],
    "gray_weight_5": gray["weights_5nn"], "gray_weight_10": gray["weights_10nn"]})

prior = decode["prior"]
mask = decode["nongray_mask"]
write("prior", decode, {
    "histogram": prior["histogram"], "p": prior["p"], "smooth": prior["smooth_mass_preserving"],
    **{"weights_" + l: prior["w_mass_preserving_lambda" + l] for l in ("0.1", "0.5", "0.9", "1.0")},
    "weights_raw_0.5": prior["w_raw_p_lambda0.5_paper"], "mask_ab": mask["ab"], "mask": mask["mask"]})

auc = h5py.File(os.path.join(REFERENCE, "c_metrics/auc.h5"))
a = auc["auc"]
write("accuracy", auc, {k: a[k] for k in (
    "gt_ab pred_ab class_weight curve_raw curve_rebalanced auc_raw auc_rebalanced rmse_ab"
    .split())})

misc = h5py.File(os.path.join(REFERENCE, "c_metrics/misc.h5"))
x = misc["psnr/a"][...]
rgb = x.astype(np.float64)
rg, yb = rgb[..., 0] - rgb[..., 1], (rgb[..., 0] + rgb[..., 1]) / 2 - rgb[..., 2]
axes = (1, 2)
colorfulness = (np.sqrt(rg.std(axes) ** 2 + yb.std(axes) ** 2)
                + 0.3 * np.sqrt(rg.mean(axes) ** 2 + yb.mean(axes) ** 2))
write("quality", misc, {"a": x, "b": misc["psnr/b"], "psnr": misc["psnr/psnr"], "colorfulness": colorfulness})
