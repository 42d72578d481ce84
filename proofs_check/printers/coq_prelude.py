"""What every Coq file of this toolkit begins with: imports, two functions, lemmas about them, and tactics.

Nothing here can make a false statement provable: the lemmas are proved in the file, and tactics only propose proofs.
"""

IMPORTS = "From Coq Require Import Reals.\n"
COQUELICOT = "From Coquelicot Require Import Coquelicot.\n"
TACTIC_IMPORTS = "From Coq Require Import Lra Psatz Nsatz.\nFrom Coq Require Classical_Prop.\nOpen Scope R_scope.\n"
INTERVAL = "From Interval Require Import Tactic.\n"

DEFINITIONS = """\
Open Scope R_scope.

Definition rp_step (u : R) : R := if Rlt_dec 0 u then 1 else if Rlt_dec u 0 then 0 else {at_zero}.
Definition rp_sign (u : R) : R := if Rlt_dec 0 u then 1 else if Rlt_dec u 0 then (-1) else 0.
"""

READING = r"""
(* The signs of the statement mean the operations of the reals. *)
Lemma rp_reading (a b : R) :
  (a + b = Rplus a b /\ a - b = Rminus a b /\ - a = Ropp a /\ a * b = Rmult a b /\ a / b = Rdiv a b /\ / a = Rinv a)
  /\ (a ^ 3 = pow a (S (S (S O))) /\ 2 = Rplus R1 R1 /\ 0 = R0 /\ 1 = R1)
  /\ ((a < b) = Rlt a b /\ (a <= b) = Rle a b /\ (a > b) = Rgt a b /\ (a >= b) = Rge a b)
  /\ ((a = b) = @eq R a b /\ (a <> b) = not (@eq R a b)).
Proof. repeat split; reflexivity. Qed.
"""

LEMMAS = r"""
Lemma rp_step_cases u : (0 < u /\ rp_step u = 1) \/ (u < 0 /\ rp_step u = 0) \/ (u = 0 /\ rp_step u = {at_zero}).
Proof. unfold rp_step. destruct (Rlt_dec 0 u); [lra|]. destruct (Rlt_dec u 0); lra. Qed.
Lemma rp_sign_cases u : (0 < u /\ rp_sign u = 1) \/ (u < 0 /\ rp_sign u = -1) \/ (u = 0 /\ rp_sign u = 0).
Proof. unfold rp_sign. destruct (Rlt_dec 0 u); [lra|]. destruct (Rlt_dec u 0); lra. Qed.
Lemma rp_abs_cases u : (0 <= u /\ Rabs u = u) \/ (u < 0 /\ Rabs u = - u).
Proof. unfold Rabs. destruct (Rcase_abs u); lra. Qed.
Lemma rp_max_cases a b : (b <= a /\ Rmax a b = a) \/ (a < b /\ Rmax a b = b).
Proof. unfold Rmax. destruct (Rle_dec a b) as [H|H]; [|lra]. destruct (Rle_lt_or_eq_dec a b H); lra. Qed.
Lemma rp_min_cases a b : (a <= b /\ Rmin a b = a) \/ (b < a /\ Rmin a b = b).
Proof. unfold Rmin. destruct (Rle_dec a b); lra. Qed.
Lemma rp_step_idempotent u : rp_step u ^ 2 = rp_step u.
Proof. destruct (rp_step_cases u) as [[_ E]|[[_ E]|[_ E]]]; rewrite E; ring. Qed.
Lemma rp_pow_exp : forall n x, exp x ^ n = exp (INR n * x).
Proof.
  induction n as [|n IH]; intro x; [simpl; rewrite Rmult_0_l; now rewrite exp_0|].
  rewrite S_INR. simpl. rewrite IH, <- exp_plus. f_equal. ring.
Qed.
Lemma rp_root m g n : 0 < m -> INR n * g = 1 -> exp (g * ln m) ^ n = m.
Proof. intros Hm Hn. rewrite rp_pow_exp, <- Rmult_assoc, Hn, Rmult_1_l. now apply exp_ln. Qed.
Lemma rp_square_pos a : a <> 0 -> 0 < a ^ 2.
Proof. intro H. pose proof (Rsqr_pos_lt a H) as K. unfold Rsqr in K. lra. Qed.
Lemma rp_circle u : sin u ^ 2 = 1 - cos u ^ 2.
Proof. pose proof (sin2_cos2 u) as H. unfold Rsqr in H. nra. Qed.
Lemma rp_or (A B : Prop) : (~ A -> B) -> A \/ B.
Proof. intro H. destruct (Classical_Prop.classic A); tauto. Qed.
Lemma rp_exp_up u : 0 <= u -> 1 <= exp u. Proof. pose proof (exp_ineq1_le u). lra. Qed.
Lemma rp_exp_down u : u <= 0 -> exp u <= 1.
Proof. intro H. rewrite <- exp_0. destruct H as [H| ->]; [left; now apply exp_increasing | lra]. Qed.
Lemma rp_cosh u : cosh u = (exp u + / exp u) / 2. Proof. unfold cosh. now rewrite exp_Ropp. Qed.
Lemma rp_sinh u : sinh u = (exp u - / exp u) / 2. Proof. unfold sinh. now rewrite exp_Ropp. Qed.
Lemma rp_cosh_pos u : 0 < cosh u.
Proof. unfold cosh. pose proof (exp_pos u). pose proof (exp_pos (- u)). lra. Qed.
Lemma rp_tanh u : tanh u = (exp u - / exp u) / (exp u + / exp u).
Proof. unfold tanh. rewrite rp_cosh, rp_sinh. pose proof (exp_pos u). field. nra. Qed.
Lemma rp_lt_of_gap a b g : b - a = g -> 0 < g -> a < b. Proof. lra. Qed.
Lemma rp_le_of_gap a b g : b - a = g -> 0 <= g -> a <= b. Proof. lra. Qed.
Lemma rp_ne_of_gap a b g : b - a = g -> g <> 0 -> a <> b. Proof. intros E H Z. apply H. lra. Qed.
"""

TACTICS = r"""
Ltac rp_split := repeat match goal with H : _ /\ _ |- _ => destruct H end.
Ltac rp_push := repeat match goal with
  | H : ~ ~ ?P |- _ => apply Classical_Prop.NNPP in H
  | H : ~ (_ < _) |- _ => apply Rnot_lt_le in H
  | H : ~ (_ <= _) |- _ => apply Rnot_le_lt in H
  | H : ~ (_ > _) |- _ => apply Rnot_gt_le in H
  | H : ~ (_ >= _) |- _ => apply Rnot_ge_lt in H
  | H : ~ (_ <> _) |- _ => apply Classical_Prop.NNPP in H
  | H : ~ (_ /\ _) |- _ => apply Classical_Prop.not_and_or in H
  | H : ~ (_ \/ _) |- _ => apply Classical_Prop.not_or_and in H; destruct H
  end.
Ltac rp_both := repeat match goal with
  | H : ?a = ?b -> ?P, K : ?a = ?b |- _ => specialize (H K)
  | H : ?A -> ?B, K : ?A |- _ => match type of A with Prop => specialize (H K) end
  end.
Ltac rp_values := repeat match goal with H : ?v = _ \/ _ |- _ => is_var v; destruct H end; subst.
Ltac rp_hyps := rp_split; rp_push; rp_both; rp_split; rp_push.
Ltac rp_nra := timeout 2 nra.
Ltac rp_pos := first
  [ assumption | lra
  | lazymatch goal with
    | |- _ > _ => apply Rlt_gt; rp_pos
    | |- 0 < exp _ => apply exp_pos
    | |- 0 < cosh _ => apply rp_cosh_pos
    | |- 0 < sqrt _ => apply sqrt_lt_R0; rp_pos
    | |- 0 < PI => apply PI_RGT_0
    | |- 0 < / _ => apply Rinv_0_lt_compat; rp_pos
    | |- 0 < _ / _ => first [apply Rdiv_lt_0_compat; rp_pos | rp_negs]
    | |- 0 < _ * _ => first [apply Rmult_lt_0_compat; rp_pos | rp_negs]
    | |- 0 < _ ^ 2 => apply rp_square_pos; rp_nz
    | |- 0 < _ ^ _ => apply pow_lt; rp_pos
    | |- 0 < _ + _ => first [apply Rplus_lt_0_compat; rp_pos | apply Rplus_lt_le_0_compat; [rp_pos | rp_nn]
                            | apply Rplus_le_lt_0_compat; [rp_nn | rp_pos]]
    end
  | rp_nra ]
with rp_negs := lazymatch goal with
    | |- 0 < ?a * ?b => replace (a * b) with ((- a) * (- b)) by ring; apply Rmult_lt_0_compat; rp_pos
    | |- 0 < ?a / ?b => replace (a / b) with ((- a) / (- b)) by (field; rp_nz); apply Rdiv_lt_0_compat; rp_pos
    end
with rp_nn := first
  [ assumption | lra
  | lazymatch goal with
    | |- _ >= _ => apply Rle_ge; rp_nn
    | |- 0 <= sqrt _ => apply sqrt_pos
    | |- 0 <= Rabs _ => apply Rabs_pos
    | |- 0 <= _ ^ 2 => apply pow2_ge_0
    | |- 0 <= ?a * ?a => apply Rle_0_sqr
    | |- 0 <= _ ^ _ => apply pow_le; rp_nn
    | |- 0 <= / _ => apply Rlt_le, Rinv_0_lt_compat; rp_pos
    | |- 0 <= _ / _ => first [apply Rle_mult_inv_pos; [rp_nn | rp_pos] | apply Rlt_le; rp_pos]
    | |- 0 <= _ * _ => first [apply Rmult_le_pos; rp_nn | apply Rlt_le; rp_pos]
    | |- 0 <= _ + _ => apply Rplus_le_le_0_compat; rp_nn
    end
  | apply Rlt_le; solve [rp_pos]
  | rp_nra ]
with rp_nz := repeat match goal with |- _ /\ _ => split end; first
  [ assumption | lra
  | lazymatch goal with
    | |- _ * _ <> 0 => apply Rmult_integral_contrapositive_currified; rp_nz
    | |- _ / _ <> 0 => apply Rmult_integral_contrapositive_currified; rp_nz
    | |- _ ^ _ <> 0 => apply pow_nonzero; rp_nz
    | |- / _ <> 0 => apply Rinv_neq_0_compat; rp_nz
    | |- - _ <> 0 => apply Ropp_neq_0_compat; rp_nz
    | |- cosh ?u <> 0 => exact (Rgt_not_eq _ _ (rp_cosh_pos u))
    | |- exp ?u <> 0 => exact (Rgt_not_eq _ _ (exp_pos u))
    end
  | match goal with H : ?a <> ?b |- _ <> 0 => let Z := fresh in intro Z; apply H; first [lra | rp_nra] end
  | apply Rgt_not_eq; solve [rp_pos]
  | apply Rlt_not_eq, Ropp_lt_cancel; rewrite Ropp_0; solve [rp_pos]
  | let Z := fresh in intro Z; rp_nra ].
Ltac rp_field := field; rp_nz.
Ltac rp_eq := first [reflexivity | lra | ring | solve [rp_field] | rp_nra].
Ltac rp_sum := rewrite ?rp_pow_exp, <- ?exp_Ropp, <- ?exp_plus; f_equal; simpl INR;
  first [ring | solve [field; rp_nz] | unfold Rdiv; rewrite ?Rinv_mult; ring | lra].
Ltac rp_exp_bound u := pose proof (exp_ineq1_le u); first
  [ assert (1 <= exp u) by (apply rp_exp_up; rp_nn)
  | assert (exp u <= 1) by (apply rp_exp_down; apply Ropp_le_cancel; rewrite Ropp_0; rp_nn) | idtac ].
Ltac rp_hyperbolic := rewrite ?rp_tanh, ?rp_cosh, ?rp_sinh in *.
Ltac rp_two H := let E := fresh "E" in destruct H as [[? E]|[? E]]; rewrite ?E in *; try (exfalso; lra).
Ltac rp_three H := let E := fresh "E" in destruct H as [[? E]|[[? E]|[? E]]]; rewrite ?E in *; try (exfalso; lra).
Ltac rp_quick := first [assumption | reflexivity | lra | ring | field; repeat split; first [assumption | lra]].
Ltac rp_side := first [exact I | rp_nz | rp_pos | rp_nn].
Ltac rp_at_zero := lazymatch goal with |- _ > _ => apply Rlt_gt | |- _ >= _ => apply Rle_ge | _ => idtac end.
Ltac rp_sign := rp_at_zero; first [assumption | lra | lazymatch goal with
  | |- _ <> 0 => rp_nz | |- 0 < _ => rp_pos | |- 0 <= _ => rp_nn end | rp_nra].
Ltac rp_gap g same := rp_at_zero; lazymatch goal with
  | |- _ < _ => apply (rp_lt_of_gap _ _ g) | |- _ <= _ => apply (rp_le_of_gap _ _ g)
  | |- _ <> _ => apply (rp_ne_of_gap _ _ g) end; [same | rp_sign].
"""
