"""Hierarchical bijections of latents and fields on a torus; no Hamiltonian is known here.

Which parts earn their place.  Variants of one short training, L = 4 and then L = 8 with 500 steps
each, one seed, 8,192 samples per temperature: free-energy gap per site in 1e-4 nats at Tc, ESS
there, the worst gap at T = 1.6, 2.0, 2.6 and 3.2, and CPU milliseconds per step (of both lattices
together; those of the last group on a faster day, 70 for the first line):

    variant                                                       Tc    ESS  worst              ms
    six stages, one pair of modes, radius 3, dual gap g = 3,
    width 32, batch 128, learning rate 5e-3                    7.7(6)  0.88  13.1(8) at 1.6     90
    not grown: 620 steps at L = 8 alone                        8.8(6)  0.88  11.2(7) at 2.0    147
    three stages instead of six                               22.7(8)  0.61  23.4(10) at 2.6    81
    radius 2                                                   8.6(6)  0.87  15.8(10) at 1.6    93
    dual gap g = 1                                             6.7(5)  0.89  11.0(7) at 1.6    133
    no skips with gains that depend on T                       8.9(6)  0.90  26.5(13) at 1.6    94
    plain gradient instead of the path gradient               30.6(11)  0.51  50.0(18) at 1.6   120
    width 64                                                   6.4(5)  0.91  8.6(6) at 2.0     127
    half forward divergence from the start                    10.3(7)  0.88  11.9(7) at 2.0    104
    block variables (disentanglers)                           16.2(8)  0.73  15.2(8) at 2.6    148
    trained at Tc only                                         5.2(5)  0.92                     98
    at Tc only, one network for both octaves                  10.5(6)  0.87                     86

    two pairs of modes (four Gaussians) in the first octave    7.2(5)  0.86  29.4(13) at 1.6    67
    twelve stages instead of six                              14.2(7)  0.80  16.5(7) at 2.0    106
    both                                                      24.5(8)  0.59  22.8(7) at 2.0    113
    dual gap g = 5                                            28.6(10) 0.56  22.5(8) at 2.0     69
    learning rate 2.5e-3                                       8.6(6)  0.86  10.4(6) at 2.0     68
    learning rate 1e-2                                        11.4(7)  0.84  17.9(7) at 2.0     66
    batch 32, four times the steps                            11.0(7)  0.87  11.7(7) at 2.0    206
    batch 512, a quarter of the steps                         22.0(9)  0.68  22.7(8) at 2.0     32

- The path gradient and six stages matter most; the skips pay at low temperature.  In so short a
  training growth gains little at L = 8; at L = 64 the grown flow starts at .0003, before any step.
- *More modes, more stages.*  What a short training cannot use pays in a long one.  The conditional
  of a site of a coarse octave, marginal over all finer sites, is a mixture of more than two
  Gaussians, and six stages generate sites that are not independent given what they see.  With
  two pairs of modes the gap of the trained L = 8 flow fell by a fifth, with twelve stages by half
  again, to .0001 and an ESS of .99 at every temperature.  Both are added to a flow that is
  trained already (:func:`nrg_app.flows.hierarchy.refined`); the compiled sampler is as fast.
  With twelve stages from the first step a training ends less close: at L = 8, after half an hour,
  at a gap of .00020 and an ESS of .96, against .00010 and .99 where it begins with six and refines
  them later (``colours`` of the stages of a recipe).  What grows from such a flow keeps the
  difference: at L = 32 and Tc a gap of .00012 and an ESS of .76 after 10,200 steps, .00011 and .76
  after 18,600, against .00008 and .83 of the flow that was refined.
- A wider network is closer per step and slower; with hours to train it pays.
- *Polish.*  Reverse KL does not see what the flow never proposes: few configurations then carry
  much weight.  Ending with a share of the forward divergence, estimated from the flow's own
  weighted samples, removes these tails without any data: at L = 8 the ESS at T = 1.6 rose from
  .80 to .99, at L = 32 the smallest ESS of nine temperatures from .57 to .73, at L = 64 and Tc
  from .02 to .11.
- *Balance.*  Below Tc the raw averages feel proposals that are too frequent by a few powers of e:
  at L = 16 and T = 2.0 seven of a thousand samples, with domain walls, raised the specific heat by
  5 %.  A share of the reversed chi-squared divergence removes them
  (:mod:`nrg_app.training.objective`), but orders the flow too strongly where it outweighs the
  forward share.  Shares at L = 16, and the deviation of the raw c at T = 2.0 and 2.2 and of |m| at
  Tc, in percent (errors .6, .6 and .2):

      forward   reversed chi squared       c(2.0)   c(2.2)   |m|(Tc)
        .2               0                  +4.9     +2.7      +0.2
        .05             .5                  -0.8     -4.6      +1.8
        .2              .3                   0.0     -3.3      +1.4
        .3              .25                 +1.4     +0.1      -0.5
        .27             .26                 +0.9     -1.2      +0.4

  With the last ones the smallest ESS rose from .92 to .94.
- *Coarse octaves alone.*  At L = 32 the balance lowered the gap to .00013 and raised the smallest
  ESS from .70 to .74, but left the raw c 4 % too large at 2.2, Tc and 2.35.  Most of what is left
  is in the coarse octaves (1 -> 2 -> 4 -> 8 -> 16), which have few sites, so that the path gradient
  of a whole sample says little about them.  Trained alone by their score, with 768 and then 1,536
  samples per step (:func:`nrg_app.training.objective.score_gradient_step`; 40 minutes), they bring
  the gap at Tc to .00008 and the smallest ESS to .83; samples that are proposed too often by a
  factor of up to 10^5 at T = 2.0 come down to 10^4, and at Tc from 29 to 11.  The forward
  divergence alone does the same for the gap, but leaves c 6 % too large at 2.2; half of each
  divergence removes this and orders the flow too strongly above Tc, since the reversed
  chi-squared divergence is that of the whole sample and what the fine octaves leave is worst in
  disorder.  All octaves by their score is worse: the noise of the finest ones then covers
  everything.
- *Moments.*  No balance of divergences makes all raw averages right: which is left depends on the
  flow.  A penalty on the moments does (:mod:`nrg_app.training.moment_matching`).  Deviations of
  raw averages of 65,536 samples at L = 32, in percent (errors .6 for c, .2, .3 and .2, and of the
  simulated references of the last three .4 or .5), the smaller ESS of the two temperatures, and
  the factor on the penalty; the first flow had half the training at L = 32 of the others before:

      forward  chi squared  moments     c(2.2)   |m|(2.35)  chi(2.35)  U4(2.35)   ESS
        .5         .5          0         +2.1      +2.1       +3.0       +3.1     .82
        .55        .45        10         +2.1      +1.0       +1.1       +2.0     .84
        .5         .5         30         +1.4      +0.8       +0.8       +1.8     .79
        .4         .6         15         +1.8      +0.8       +0.8       +1.8     .83

  c follows slowest, since the energy is mostly made by the fine octaves; a factor of 30 costs
  closeness by its noise.  The last line is the shipped ising-32, of which 262,144 samples say
  +1.4(3) for c at 2.2.  At L = 8, after 800 steps with a factor of 10, no average of 262,144
  samples deviates by more than 1.4 %, which is G(L/2) at T = 3.0; the gap is at most .00010 and the
  ESS .99 everywhere.

Two families.  In the accurate one the coarse field is a sub-lattice; in the *MERA* family it is
an affine block variable that starts as the mean of its cell (:mod:`nrg_app.flows.disentangler`).
With a tenth of the training its gap is 2 to 5 times larger (L = 8, 16, 32 at Tc: .0004, .0008,
.0007, against .0001, .0001, .0001).  Left free, the block variable returns towards the
sub-lattice: at L = 16 its correlation with the block mean is .88 one octave down, with the
decimated spin .93, as without disentanglers (.89, .93); only the coarsest scale keeps more of the
mean (.86 against .76).

One network for all scales.  At Tc all octaves beyond the first can share their weights if the
network is told its depth (:func:`nrg_app.flows.hierarchy.Octave.embed`).  Trained up to L = 32 it
has a gap of .00037 there, and applied again it generates L = 64, 128 and 256 with gaps of .00035,
.00035 and .00036 (:meth:`nrg_app.flows.neural_rg.NeuralRG.resized`).
"""
