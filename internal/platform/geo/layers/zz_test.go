package layers
import ("testing";"time";"os";"runtime"
"github.com/torg-no/torg/internal/platform/geo/exchange"
"github.com/torg-no/torg/internal/platform/geo/formats")
func TestZZ(t *testing.T) {
	p:=os.Getenv("ZZ"); if p=="" {t.Skip("x")}
	each(t, func(t *testing.T, w *world) {
		if d:=os.Getenv("ZZDB"); d!="" && d!=w.DB.Dialect().String() {return}
		for i:=0;i<2;i++{
		r,err:=formats.Open(t.Context(),p,"",exchange.Options{}); if err!=nil{t.Fatal(err)}
		s:=time.Now()
		done:=make(chan bool); peak:=uint64(0)
		go func(){ for{ select{case <-done: return; case <-time.After(100*time.Millisecond): var m runtime.MemStats; runtime.ReadMemStats(&m); peak=max(peak,m.Sys-m.HeapReleased)}}}()
		x:=w.bring(Import{Layers: into("places"), Source: FromFile(r,nil)})
		close(done)
		t.Log(tally(x),float64(x.Features)/time.Since(s).Seconds(),"per second", time.Since(s), "peak MB",peak>>20)
		r.Close()
		}
	})
}
